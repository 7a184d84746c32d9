package dev.busbar.plugin.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    private static final String TYPE = "urn:busbar:problem:";
    private static final Set<String> STANDARD =
            Set.of("type", "title", "status", "detail", "instance", "correlationId", "errors");

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
            json.writeStringField("type", TYPE + problem.name());
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

    /**
     * Reads a document: its status, name, title and detail, and further members that are strings.
     *
     * @return empty when it is none
     */
    public static Optional<ProblemException> decode(byte[] document) {
        Map<String, String> texts = new LinkedHashMap<>();
        int status = 0;
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    texts.put(member, json.getText());
                } else if (value == JsonToken.VALUE_NUMBER_INT && member.equals("status")) {
                    status = json.getIntValue();
                } else {
                    json.skipChildren();
                }
            }
            return Optional.of(problem(status, texts));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // what is no problem document has none to tell
        }
    }

    private static ProblemException problem(int status, Map<String, String> texts) {
        String type = texts.getOrDefault("type", "");
        String name = type.startsWith(TYPE) ? type.substring(TYPE.length()) : "platform-failed";
        ProblemException problem = ProblemException.of(
                status, name, texts.getOrDefault("title", "Platform failed"), texts.getOrDefault("detail", ""));
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!STANDARD.contains(text.getKey())) {
                problem = problem.with(text.getKey(), text.getValue());
            }
        }
        return problem;
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
