package dev.busbar.core;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes problem documents (RFC 9457). Everything that answers an error, the server's own errors included, comes through
 * here, so that there is one shape. Stateless.
 *
 * <p>Written without a generator: one of Jackson's allocates 16 KiB for each document where it keeps no buffers, and it
 * must keep none, because what a client sent in its path may be secret.
 */
public final class Problems {
    /** The media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonStringEncoder JSON = JsonStringEncoder.getInstance();

    private Problems() {}

    /**
     * Writes the document.
     *
     * @param instance the path it happened at; empty when none is known
     * @param correlationId the correlation id of the request
     */
    public static byte[] encode(ProblemException problem, String instance, String correlationId) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\"type\":");
        string(json, ProblemType.uri(problem.name()));
        member(json, "title", problem.title());
        json.append(",\"status\":").append(problem.status());
        member(json, "detail", problem.detail());
        if (!instance.isEmpty()) {
            member(json, "instance", instance);
        }
        member(json, "correlationId", correlationId);
        if (!problem.violations().isEmpty()) {
            json.append(",\"errors\":");
            char before = '[';
            for (ProblemException.Violation violation : problem.violations()) {
                json.append(before).append("{\"pointer\":");
                string(json, violation.pointer());
                member(json, "detail", violation.detail());
                json.append('}');
                before = ',';
            }
            json.append(']');
        }
        problem.members().forEach((name, value) -> member(json, name, value));
        problem.lists().forEach((name, values) -> list(json, name, values));
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void member(StringBuilder json, String name, String value) {
        json.append(',');
        string(json, name);
        json.append(':');
        string(json, value);
    }

    private static void list(StringBuilder json, String name, List<String> values) {
        json.append(',');
        string(json, name);
        json.append(":[");
        for (int i = 0; i < values.size(); i++) {
            json.append(i == 0 ? "" : ",");
            string(json, values.get(i));
        }
        json.append(']');
    }

    private static void string(StringBuilder json, String text) {
        json.append('"');
        JSON.quoteAsString(text, json);
        json.append('"');
    }

    /** 500 for a fault of the host's own; says nothing of what it was. */
    public static ProblemException internalError() {
        return ProblemType.INTERNAL_ERROR.problem("the host could not answer this request");
    }

    /** 413. */
    public static ProblemException payloadTooLarge(long maxBodyBytes) {
        return ProblemType.PAYLOAD_TOO_LARGE.problem(
                "the body is larger than the " + maxBodyBytes + " bytes that this route takes");
    }

    /** 408. */
    public static ProblemException requestTimeout() {
        return ProblemType.REQUEST_TIMEOUT.problem("the body did not arrive before the deadline of the route");
    }

    /** 503 for a host on its way out. */
    public static ProblemException shuttingDown() {
        return ProblemType.SHUTTING_DOWN.problem("the host is stopping").withHeader("Retry-After", "5");
    }
}
