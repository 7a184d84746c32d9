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
 * What is asked of the audit, read from a query. Immutable.
 *
 * @param before empty for the very latest
 * @param isExport whether all that fits is wanted, in the order of the chains
 */
record AuditParameters(AuditRecord.Filter filter, Optional<AuditRecord.Place> before, int limit, boolean isExport) {
    static final List<String> FILTERS = List.of("actor", "action", "target", "outcome", "since", "until");
    private static final List<String> PAGING = List.of("cursor", "limit", "format");
    private static final int LIMIT = 50;
    private static final int HIGHEST_LIMIT = 500;
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9.-]{0,99}");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,2}");
    private static final Pattern CURSOR = Pattern.compile("1 (\\S{1,40}) (-?\\d{1,18}) ([a-z0-9.-]{1,64})");

    /** @throws ProblemException 422 with what does not fit */
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

    /** A place as a client hands it back. */
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
            // The same answer as to any other text that was never a cursor.
        }
        throw invalid("cursor", "it is none (expected: \"next\" of an earlier answer, as it was)");
    }

    private static Optional<String> text(Request request, String name, int most) {
        return request.query(name).map(value -> {
            if (value.length() > most || value.indexOf('\0') >= 0) {
                throw invalid(name, "it does not fit (expected: at most " + most + " characters, no NUL)");
            }
            return value;
        });
    }

    private static String action(String prefix) {
        if (!ACTION.matcher(prefix).matches()) {
            throw invalid(
                    "action", "it is none (expected: the beginning of an action, such as key. or plugin.rollback)");
        }
        return prefix;
    }

    private static AuditEvent.Outcome outcome(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "DONE" -> AuditEvent.Outcome.DONE;
            case "REFUSED" -> AuditEvent.Outcome.REFUSED;
            case "FAILED" -> AuditEvent.Outcome.FAILED;
            default -> throw invalid("outcome", "it is none (expected: done, refused or failed)");
        };
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw invalid(name, "it is no time (expected: such as 2026-01-31T12:00:00Z)");
        }
    }

    private static int limit(String text) {
        if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) > HIGHEST_LIMIT) {
            throw invalid("limit", "it is none (expected: 1 to " + HIGHEST_LIMIT + ")");
        }
        return Integer.parseInt(text);
    }

    /** The format that is named, else what the client accepts by name. */
    private static boolean isExport(Request request) {
        Optional<String> format = request.query("format");
        if (format.isPresent()) {
            return switch (format.get()) {
                case "ndjson" -> true;
                case "json" -> false;
                default -> throw invalid("format", "it is none (expected: json or ndjson)");
            };
        }
        return request.headerAll("accept").stream().anyMatch(accept -> accept.contains("application/x-ndjson"));
    }

    private static ProblemException invalid(String name, String why) {
        return ProblemException.invalid("?" + name, why);
    }
}
