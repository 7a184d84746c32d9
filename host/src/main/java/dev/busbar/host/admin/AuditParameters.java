package dev.busbar.host.admin;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The parameters of a request for audit records. Immutable.
 *
 * @param before empty to begin at the latest record
 * @param isExport true if all matching records are wanted, in the order of the chains
 */
record AuditParameters(AuditRecord.Filter filter, Optional<AuditRecord.Place> before, int limit, boolean isExport) {
    private static final Pattern ACTION_PREFIX = Pattern.compile("[a-z][a-z0-9.-]{0,99}");
    private static final Pattern PLACE = Pattern.compile("1 (\\S{1,40}) (-?\\d{1,18}) ([a-z0-9.-]{1,64})");

    private static final Parameter<Optional<String>> ACTOR =
            Parameter.query("actor", text(200)).optional().description("the id of the actor");
    private static final Parameter<Optional<String>> ACTION = Parameter.query(
                    "action", Codec.of("the beginning of an action, such as key.", AuditParameters::action))
            .optional()
            .description("the beginning of the action")
            .example("plugin.");
    private static final Parameter<Optional<String>> TARGET =
            Parameter.query("target", text(500)).optional().description("the target of the action");
    private static final Parameter<Optional<AuditEvent.Outcome>> OUTCOME = Parameter.query(
                    "outcome", Codec.of("done, refused or failed", AuditParameters::outcome))
            .optional()
            .description("`done`, `refused` or `failed`");
    private static final Parameter<Optional<Instant>> SINCE =
            Parameter.query("since", Codec.INSTANT).optional().description("not before");
    private static final Parameter<Optional<Instant>> UNTIL =
            Parameter.query("until", Codec.INSTANT).optional().description("before");
    private static final Parameter<Optional<AuditRecord.Place>> CURSOR = Parameter.query(
                    "cursor", Codec.of("\"next\" of an earlier response, unchanged", AuditParameters::place))
            .optional()
            .description("`next` of the page before");
    private static final Parameter<Integer> LIMIT = Parameter.query(
                    "limit", Codec.INT.min(1).max(500))
            .defaultValue(50)
            .description("the max number")
            .example("20");
    private static final Parameter<Optional<String>> FORMAT = Parameter.query(
                    "format", Codec.STRING.oneOf("json", "ndjson"))
            .optional()
            .description("`json`, or `ndjson` for all matching records");

    /** The parameters that select records. */
    static final List<Parameter<?>> FILTERS = List.of(ACTOR, ACTION, TARGET, OUTCOME, SINCE, UNTIL);
    /** The parameters that do not. */
    static final List<Parameter<?>> PAGING = List.of(CURSOR, LIMIT, FORMAT);

    /**
     * Reads the parameters, which the host has checked one by one.
     *
     * @throws ProblemException 422 that names an unknown parameter
     */
    static AuditParameters of(Request request) {
        List<String> known = names();
        for (String name : request.queryNames()) {
            if (!known.contains(name)) {
                throw ProblemException.invalid(
                        "?" + name, "there is no such parameter (expected: one of " + known + ")");
            }
        }
        AuditRecord.Filter filter = new AuditRecord.Filter(
                request.get(ACTOR),
                request.get(ACTION),
                request.get(TARGET),
                request.get(OUTCOME),
                request.get(SINCE),
                request.get(UNTIL));
        return new AuditParameters(filter, request.get(CURSOR), request.get(LIMIT), isExport(request));
    }

    private static List<String> names() {
        return Stream.concat(FILTERS.stream(), PAGING.stream())
                .map(Parameter::name)
                .toList();
    }

    /** A place as the cursor that a client sends back. */
    static String cursor(AuditRecord.Place place) {
        String text = "1 " + place.at() + " " + place.seq() + " " + place.node();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static AuditRecord.Place place(String cursor) {
        Matcher parts = PLACE.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        if (!parts.matches()) {
            throw new IllegalArgumentException(cursor);
        }
        return new AuditRecord.Place(Instant.parse(parts.group(1)), parts.group(3), Long.parseLong(parts.group(2)));
    }

    private static Codec<String> text(int maxLength) {
        return Codec.of("at most " + maxLength + " characters, no NUL", text -> {
            if (text.length() > maxLength || text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    private static String action(String prefix) {
        if (!ACTION_PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(prefix);
        }
        return prefix;
    }

    private static AuditEvent.Outcome outcome(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "DONE" -> AuditEvent.Outcome.DONE;
            case "REFUSED" -> AuditEvent.Outcome.REFUSED;
            case "FAILED" -> AuditEvent.Outcome.FAILED;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** The format that is named, else what the client accepts by name. */
    private static boolean isExport(Request request) {
        return request.get(FORMAT).map("ndjson"::equals).orElseGet(() -> request.headerAll("accept").stream()
                .anyMatch(accept -> accept.contains("application/x-ndjson")));
    }
}
