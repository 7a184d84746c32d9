package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A handler's response as it is sent: status, headers and content. Made by the same code in the host and in the testkit,
 * on the thread that ran the handler.
 */
public sealed interface EncodedResponse {
    /** The one header whose values cannot be joined by commas (RFC 6265 section 3). */
    String SET_COOKIE = "set-cookie";

    /** The response as the handler returned it: its status and headers. */
    Response response();

    /**
     * A response whose content is there.
     *
     * @param content the bytes; none for a response without content
     */
    record Buffered(Response response, byte[] content) implements EncodedResponse {}

    /**
     * A response whose content is written while it is sent.
     *
     * @param writer code of the platform
     */
    record Streaming(Response response, Response.Writer writer) implements EncodedResponse {}

    /**
     * The headers as the pipeline carries them, one value a name. Several values are joined by commas, which means the
     * same (RFC 9110 section 5.3); those of {@code Set-Cookie}, of which that is not true, by line feeds, which no value
     * can contain: {@link #lines} separates them again.
     */
    static Map<String, String> headers(Response response) {
        Map<String, String> joined = new LinkedHashMap<>();
        response.headerValues()
                .forEach(
                        (name, values) -> joined.put(name, String.join(name.equals(SET_COOKIE) ? "\n" : ", ", values)));
        return joined;
    }

    /** The values of a header that are sent each in a line of its own. */
    static List<String> lines(String value) {
        return value.indexOf('\n') < 0 ? List.of(value) : List.of(value.split("\n", -1));
    }

    /**
     * Encodes what a handler returned.
     *
     * @param body the body that the handler was given; when reading it was cut off, that outweighs the response
     * @throws ProblemException why reading the body was cut off
     * @throws IllegalStateException when the handler returned null
     * @throws IllegalArgumentException when a value cannot be written as JSON
     */
    static EncodedResponse of(Route route, @Nullable Response response, RequestBody body, JsonCodec json) {
        if (response == null) {
            throw new IllegalStateException("the handler of " + route + " returned null");
        }
        ProblemException cutOff = body.problem();
        if (cutOff != null) {
            throw cutOff;
        }
        Response.Body content = response.body();
        if (content instanceof Response.Body.Stream stream) {
            return new Streaming(response, stream.writer());
        }
        byte[] bytes = {};
        if (content instanceof Response.Body.Json value) {
            bytes = json.encode(value.value());
        } else if (content instanceof Response.Body.Bytes given) {
            bytes = given.bytes();
        }
        return new Buffered(response, bytes);
    }

    /**
     * The problem that a handler's failure is answered with: why reading its body was cut off, the problem that it
     * threw, or 500 {@code platform-failed}.
     *
     * @param failure what the handler threw
     * @param body the body that the handler was given; null when there was none yet
     */
    static ProblemException problem(@Nullable Throwable failure, @Nullable RequestBody body) {
        ProblemException cutOff = body == null ? null : body.problem();
        if (cutOff != null) {
            return cutOff;
        }
        return failure instanceof ProblemException problem
                ? problem
                : ProblemType.PLATFORM_FAILED.problem("the platform could not answer");
    }
}
