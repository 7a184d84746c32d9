package dev.busbar.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The response of a {@link Handler}. Immutable; each method that changes something returns a copy. A JSON value is encoded
 * by the host on the handler's thread, before the first byte is sent, so a value that cannot be encoded becomes a clean
 * 500 and never a broken response.
 */
public final class Response {
    private final int status;
    private final Map<String, List<String>> headers;
    private final Body body;

    private Response(int status, Map<String, List<String>> headers, Body body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The content of a response. */
    public sealed interface Body {
        /** Nothing. */
        record Empty() implements Body {}

        /**
         * A value to be encoded as JSON.
         *
         * @param value a record, collection, map, string, number or such
         */
        record Json(Object value) implements Body {}

        /**
         * A byte array.
         *
         * @param bytes the content; the array is not copied, so do not change it
         */
        record Bytes(byte[] bytes) implements Body {}

        /**
         * Content that is written while it is sent.
         *
         * @param writer writes it
         */
        record Stream(Writer writer) implements Body {}
    }

    /** Writes a streaming response. Called once, on the thread that ran the handler, after it has returned. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes all of the content; each write may wait for the client. Interrupted when it takes longer
         * than {@code http.streamLimit} (10 min) after the first byte. An exception ends the connection, since status and
         * headers have been sent.
         *
         * @throws IOException when the client is gone, or the content cannot be read
         */
        void writeTo(OutputStream out) throws IOException;
    }

    private static Response of(String contentType, Body body) {
        return new Response(200, Map.of(), body).header("content-type", contentType);
    }

    /** 200 with a JSON value. */
    public static Response json(Object value) {
        return new Response(
                200,
                Map.of("content-type", List.of("application/json")),
                new Body.Json(requireNonNull(value, "value")));
    }

    /** 200 with plain text. */
    public static Response text(String text) {
        return bytes("text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    /** 200 with bytes of a media type. The array is not copied; do not change it. */
    public static Response bytes(String contentType, byte[] bytes) {
        return of(contentType, new Body.Bytes(requireNonNull(bytes, "bytes")));
    }

    /** 200 with content of a media type that is written while it is sent. */
    public static Response stream(String contentType, Writer writer) {
        return of(contentType, new Body.Stream(requireNonNull(writer, "writer")));
    }

    /** 201 with the location of what was created, and a JSON value. */
    public static Response created(URI location, Object value) {
        return json(value).status(201).header("location", location.toString());
    }

    /** 204. */
    public static Response noContent() {
        return new Response(204, Map.of(), new Body.Empty());
    }

    /**
     * A copy with another status.
     *
     * @throws IllegalArgumentException when it is not between 200 and 599
     */
    public Response status(int value) {
        if (value < 200 || value > 599) {
            throw new IllegalArgumentException("response status: " + value + " (expected: 200 to 599)");
        }
        return new Response(value, headers, body);
    }

    /**
     * A copy with a header; earlier values of that name are replaced.
     *
     * @throws IllegalArgumentException when the name is not a token, or the value holds a control character (RFC 9110
     *     section 5)
     */
    public Response header(String name, String value) {
        return with(name, List.of(value));
    }

    /**
     * A copy with one more value of a header, such as a second {@code Link} or {@code Set-Cookie}. The host sends all
     * values, in order.
     *
     * @throws IllegalArgumentException as for {@link #header}
     */
    public Response addHeader(String name, String value) {
        List<String> earlier = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        return with(name, Stream.concat(earlier.stream(), Stream.of(value)).toList());
    }

    private Response with(String name, List<String> values) {
        values.forEach(value -> HttpSyntax.checkHeader(name, value));
        Map<String, List<String>> copy = new LinkedHashMap<>(headers);
        copy.put(name.toLowerCase(Locale.ROOT), values);
        return new Response(status, Collections.unmodifiableMap(copy), body);
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The first value of each header, names in lower case. */
    public Map<String, String> headers() {
        Map<String, String> first = new LinkedHashMap<>();
        headers.forEach((name, values) -> first.put(name, values.get(0)));
        return Collections.unmodifiableMap(first);
    }

    /** All values of each header in order, names in lower case. */
    public Map<String, List<String>> headerValues() {
        return headers;
    }

    /** The content. */
    public Body body() {
        return body;
    }
}
