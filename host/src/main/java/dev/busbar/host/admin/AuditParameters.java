package dev.busbar.host.admin;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters of a request for audit records. Immutable.
 *
 * @param before empty to begin at the latest record
 * @param isExport true if all matching records are wanted, in the order of the chains
 */
record AuditParameters(AuditRecord.Filter filter, Optional<AuditRecord.Place> before, int limit, boolean isExport) {
    static final List<String> FILTERS = List.of("actor", "action", "target", "outcome", "since", "until");
    private static final List<String> PAGING = List.of("cursor", "limit", "format");
    private static final int LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9.-]{0,99}");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,2}");
    private static final Pattern CURSOR = Pattern.compile("1 (\\S{1,40}) (-?\\d{1,18}) ([a-z0-9.-]{1,64})");

    /** @throws ProblemException 422 that names the invalid parameter */
    static AuditParameters of(Request request) {
        for (String name : new TreeSet<>(request.queryNames())) {
            if (!FILTERS.contains(name) && !PAGING.contains(name)) {
                throw invalid(name, "there is no such parameter (expected: one of " + FILTERS + ", " + PAGING + ")");
            }
            if (request.queryAll(name).size() > 1) {
                throw invalid(name, "given more than once");
            }
        }
        AuditRecord.Filter filter = new AuditRecord.Filter(
                text(request, "actor", 200),
                request.query("action").map(AuditParameters::action),
                text(request, "target", 500),
                request.query("outcome").map(AuditParameters::outcome),
                request.query("since").map(text -> instant("since", text)),
                request.query("until").map(text -> instant("until", text)));
        return new AuditParameters(
                filter,
                request.query("cursor").map(AuditParameters::place),
                request.query("limit").map(AuditParameters::limit).orElse(LIMIT),
                isExport(request));
    }

    /** A place as the cursor that a client sends back. */
    static String cursor(AuditRecord.Place place) {
        String text = "1 " + place.at() + " " + place.seq() + " " + place.node();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static AuditRecord.Place place(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            Matcher parts = CURSOR.matcher(text);
            if (parts.matches()) {
                Instant at = Instant.parse(parts.group(1));
                return new AuditRecord.Place(at, parts.group(3), Long.parseLong(parts.group(2)));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // The same problem as for any other text that was never a cursor.
        }
        throw invalid("cursor", "not a cursor (expected: \"next\" of an earlier response, unchanged)");
    }

    private static Optional<String> text(Request request, String name, int max) {
        return request.query(name).map(value -> {
            if (value.length() > max || value.indexOf('\0') >= 0) {
                throw invalid(name, "too long, or with NUL (expected: at most " + max + " characters)");
            }
            return value;
        });
    }

    private static String action(String prefix) {
        if (!ACTION.matcher(prefix).matches()) {
            throw invalid(
                    "action", "not an action (expected: the beginning of an action, such as key. or plugin.rollback)");
        }
        return prefix;
    }

    private static AuditEvent.Outcome outcome(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "DONE" -> AuditEvent.Outcome.DONE;
            case "REFUSED" -> AuditEvent.Outcome.REFUSED;
            case "FAILED" -> AuditEvent.Outcome.FAILED;
            default -> throw invalid("outcome", "unknown (expected: done, refused or failed)");
        };
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw invalid(name, "not a time (expected: such as 2026-01-31T12:00:00Z)");
        }
    }

    private static int limit(String text) {
        if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) > MAX_LIMIT) {
            throw invalid("limit", "not in range (expected: 1 to " + MAX_LIMIT + ")");
        }
        return Integer.parseInt(text);
    }

    /** True for NDJSON: the format parameter decides, else the {@code Accept} header. */
    private static boolean isExport(Request request) {
        Optional<String> format = request.query("format");
        if (format.isPresent()) {
            return switch (format.get()) {
                case "ndjson" -> true;
                case "json" -> false;
                default -> throw invalid("format", "unknown (expected: json or ndjson)");
            };
        }
        return request.headerAll("accept").stream().anyMatch(accept -> accept.contains("application/x-ndjson"));
    }

    private static ProblemException invalid(String name, String why) {
        return ProblemException.invalid("?" + name, why);
    }
}
