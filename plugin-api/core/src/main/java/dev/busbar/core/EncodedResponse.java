package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import org.jspecify.annotations.Nullable;

/**
 * A handler's response as it is sent: status, headers and content. Made by the same code in the host and in the testkit,
 * on the thread that ran the handler.
 */
public sealed interface EncodedResponse {
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
        return failure instanceof ProblemException problem ? problem : ProblemType.PLATFORM_FAILED.problem("the platform could not answer");
    }
}
