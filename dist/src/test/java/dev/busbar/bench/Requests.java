package dev.busbar.bench;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The bytes of requests without a body, identical for all candidates except path and key. */
final class Requests {
    private Requests() {}

    /** A GET with the expected body; empty for any. */
    static ClosedLoop.Call get(String path, String body) {
        return get(path, "", body, Set.of(200));
    }

    /** A GET with an API key. */
    static ClosedLoop.Call get(String path, String key, String body) {
        return get(path, "X-API-Key: " + key + "\r\n", body, Set.of(200));
    }

    /** A GET with a header, including its line end, and the expected statuses. */
    static ClosedLoop.Call get(String path, String field, String body, Set<Integer> statuses) {
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n" + field + "\r\n";
        return new ClosedLoop.Call(ascii(request), ascii(body), statuses);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
