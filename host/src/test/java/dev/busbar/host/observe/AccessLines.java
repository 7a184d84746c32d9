package dev.busbar.host.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates lines of the access log for tests and reads them back. */
final class AccessLines {
    /** All members in order. */
    static final List<String> MEMBERS =
            List.of(("ts level type correlationId traceId platform generation route method path status bytes durationMs"
                            + " handlerMs principal keyId clientIp cache ratelimit userAgent")
                    .split(" "));

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AccessLines() {}

    static AccessLine of(String correlationId) {
        return of(correlationId, "/api/billing/bills", "curl/8");
    }

    static AccessLine of(String correlationId, String path, String userAgent) {
        return new AccessLine(
                1_795_000_000_007L,
                correlationId,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                new AccessLine.Target("billing", 3, "/bills"),
                "GET",
                path,
                200,
                12,
                true,
                1_234_567,
                1_000_999,
                "ada",
                "k1",
                "127.0.0.1",
                "",
                "",
                userAgent);
    }

    static String encoded(AccessLine line) {
        LineBuffer buffer = new LineBuffer();
        new AccessLineEncoder().encode(line, buffer);
        return StandardCharsets.UTF_8.decode(buffer.content()).toString();
    }

    static List<String> members(JsonNode line) {
        List<String> names = new ArrayList<>();
        line.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static JsonNode parsed(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    /** All complete lines of a file; none if it does not exist. */
    static List<JsonNode> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(AccessLines::parsed)
                .toList();
    }
}
