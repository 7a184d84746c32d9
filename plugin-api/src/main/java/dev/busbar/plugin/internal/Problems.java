package dev.busbar.plugin.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Writes problem documents (RFC 9457). Everything that answers an error, the server's own errors included, comes through
 * here, so that there is one shape. Stateless.
 */
public final class Problems {
    /** The media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** What a client sent in its path may be secret: no buffer is used twice, so that nothing of it stays in one. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private Problems() {}

    /**
     * Writes the document.
     *
     * @param instance the path it happened at; empty when none is known
     * @param correlationId the name of the request in the logs
     */
    public static byte[] encode(ProblemException problem, String instance, String correlationId) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "urn:busbar:problem:" + problem.name());
            json.writeStringField("title", problem.title());
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.detail());
            if (!instance.isEmpty()) {
                json.writeStringField("instance", instance);
            }
            json.writeStringField("correlationId", correlationId);
            if (!problem.violations().isEmpty()) {
                json.writeArrayFieldStart("errors");
                for (ProblemException.Violation violation : problem.violations()) {
                    json.writeStartObject();
                    json.writeStringField("pointer", violation.pointer());
                    json.writeStringField("detail", violation.detail());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            for (Map.Entry<String, String> member : problem.members().entrySet()) {
                json.writeStringField(member.getKey(), member.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** 500 for a fault of the host's own; says nothing of what it was. */
    public static ProblemException internalError() {
        return ProblemException.of(500, "internal-error", "Internal error", "the host could not answer this request");
    }

    /** 413. */
    public static ProblemException payloadTooLarge(long maxBodyBytes) {
        return ProblemException.of(
                413,
                "payload-too-large",
                "Payload too large",
                "the body is larger than the " + maxBodyBytes + " bytes that this route takes");
    }

    /** 408. */
    public static ProblemException requestTimeout() {
        return ProblemException.of(
                408, "request-timeout", "Request timeout", "the body did not arrive before the deadline of the route");
    }

    /** 503 for a host on its way out. */
    public static ProblemException shuttingDown() {
        return ProblemException.of(503, "shutting-down", "Shutting down", "the host is stopping")
                .withHeader("Retry-After", "5");
    }
}
