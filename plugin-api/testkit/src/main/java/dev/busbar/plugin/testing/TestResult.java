package dev.busbar.plugin.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.Problems;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The response that a client would get, and the failure behind it. Immutable. */
public final class TestResult {
    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] bytes;
    private final Optional<String> problem;
    private final Optional<Throwable> failure;
    private final JsonCodec json;

    TestResult(
            int status,
            Map<String, List<String>> headers,
            byte[] bytes,
            Optional<String> problem,
            Optional<Throwable> failure,
            JsonCodec json) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.bytes = bytes;
        this.problem = problem;
        this.failure = failure;
        this.json = json;
    }

    static TestResult of(ProblemException problem, String path, Optional<Throwable> failure, JsonCodec json) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        problem.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        headers.put("content-type", List.of(Problems.MEDIA_TYPE));
        byte[] document = Problems.encode(problem, path, "test");
        return new TestResult(problem.status(), headers, document, Optional.of(problem.name()), failure, json);
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The first value of each header that the platform set, names in lower case. */
    public Map<String, String> headers() {
        Map<String, String> first = new LinkedHashMap<>();
        headers.forEach((name, values) -> first.put(name, values.get(0)));
        return Collections.unmodifiableMap(first);
    }

    /** The first value of a header, the name compared without case. */
    public Optional<String> header(String name) {
        return headerAll(name).stream().findFirst();
    }

    /** All values of a header in order, the name compared without case; empty when absent. */
    public List<String> headerAll(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** The content; of a streaming response all that was written. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The content as text. */
    public String text() {
        return new String(bytes, UTF_8);
    }

    /**
     * The content, read from JSON as strictly as the host reads requests.
     *
     * @throws ProblemException when it is no JSON, or does not fit the type
     */
    public <T> T json(Class<T> type) {
        return json(TypeRef.of(type));
    }

    /**
     * The content, read from JSON of a type with type arguments as strictly as the host reads requests.
     *
     * @throws ProblemException when it is no JSON, or does not fit the type
     */
    public <T> T json(TypeRef<T> type) {
        try {
            return json.decode(new ByteArrayInputStream(bytes), type);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** The name of the problem, such as {@code not-found}; empty when the response is none. */
    public Optional<String> problem() {
        return problem;
    }

    /**
     * What the platform threw where the client sees a 500 {@code platform-failed} or a stream that breaks off; empty
     * when it responded as it meant to.
     */
    public Optional<Throwable> failure() {
        return failure;
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + text();
    }
}
