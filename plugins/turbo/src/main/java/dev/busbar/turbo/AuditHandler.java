package dev.busbar.turbo;

import dev.busbar.plugin.Handler;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Answers {@code POST /audits}. A CSV body is counted while it streams in. A JSON body is bound as a whole before it is
 * counted, at some ten times its size in memory, so it has to be much smaller than the route allows, and has to say its
 * size beforehand. Without state; used by many threads at once.
 */
final class AuditHandler implements Handler.Returning<Audit> {
    static final String CSV = "text/csv";
    static final String JSON = "application/json";
    static final long MAX_JSON_BYTES = 2L << 20;

    @Override
    public Audit handle(Request request) throws IOException {
        String contentType = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        return switch (contentType.split(";", 2)[0].strip()) {
            case CSV -> ofCsv(request, contentType);
            case JSON -> ofJson(request);
            default -> throw unsupported(contentType);
        };
    }

    private static Audit ofCsv(Request request, String contentType) throws IOException {
        if (!isUtf8(contentType)) {
            throw unsupported(contentType);
        }
        AuditDescription description = DescriptionReader.ofQuery(request);
        RowCounter counter = new RowCounter(description, Origin.QUERY);
        CsvRows.read(request.body(), description, counter);
        return Auditor.audit(description, counter.counts());
    }

    private static boolean isUtf8(String contentType) {
        return Arrays.stream(contentType.split(";", -1))
                .map(String::strip)
                .filter(parameter -> parameter.startsWith("charset="))
                .allMatch(parameter -> parameter.matches("charset=\"?(utf-?8|us-ascii)\"?"));
    }

    private static Audit ofJson(Request request) {
        limitJson(request);
        AuditRequest body = request.json(AuditRequest.class);
        AuditDescription description = DescriptionReader.ofBody(request, body);
        RowCounter counter = new RowCounter(description, Origin.BODY);
        JsonRows.read(body.rows(), description, counter);
        return Auditor.audit(description, counter.counts());
    }

    private static void limitJson(Request request) {
        String length = request.header("Content-Length").orElse("");
        if (!length.matches("\\d{1,18}")) {
            throw ProblemException.of(
                    411,
                    "length-required",
                    "Length required",
                    "a JSON audit needs a Content-Length; a body of unknown length can be sent as text/csv");
        }
        if (Long.parseLong(length) > MAX_JSON_BYTES) {
            throw ProblemException.of(
                    413,
                    "payload-too-large",
                    "Payload too large",
                    "JSON body: " + length + " bytes (expected: at most " + MAX_JSON_BYTES
                            + "); a larger table can be sent as text/csv");
        }
    }

    private static ProblemException unsupported(String contentType) {
        return ProblemException.of(
                415,
                "unsupported-media-type",
                "Unsupported media type",
                "Content-Type: \"" + contentType + "\" (expected: text/csv in UTF-8, or application/json)");
    }
}
