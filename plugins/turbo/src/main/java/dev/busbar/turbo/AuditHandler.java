package dev.busbar.turbo;

import dev.busbar.plugin.Handler;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Answers {@code POST /audits}. The rows of a body, CSV or JSON, are counted while they stream in. Stateless; called by many
 * threads at once.
 */
final class AuditHandler implements Handler.Returning<Audit> {
    static final String CSV = "text/csv";
    static final String JSON = "application/json";

    @Override
    public Audit handle(Request request) throws IOException {
        String contentType = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        return switch (contentType.split(";", 2)[0].strip()) {
            case CSV -> ofCsv(request, contentType);
            case JSON -> JsonBody.audit(request);
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

    private static ProblemException unsupported(String contentType) {
        return ProblemException.of(
                415,
                "unsupported-media-type",
                "Unsupported media type",
                "Content-Type: \"" + contentType + "\" (expected: text/csv in UTF-8, or application/json)");
    }
}
