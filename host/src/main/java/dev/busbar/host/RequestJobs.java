package dev.busbar.host;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.ReceivedResponse;
import dev.busbar.host.calls.StoredRequests;
import dev.busbar.host.jobs.HostJobType;
import dev.busbar.host.schedules.ScheduledWork.Action;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The jobs that make a stored request. Safe for any number of threads. */
final class RequestJobs {
    private static final Duration LIMIT = Duration.ofMinutes(55);

    private final StoredRequests requests;
    private final JsonCodec json;

    RequestJobs(StoredRequests requests, JsonCodec json) {
        this.requests = requests;
        this.json = json;
    }

    /**
     * Makes the request of a job as its submitter.
     *
     * @return status, headers and body of the response
     * @throws ProblemException with the status of a response that is an error; below 500 it is final, except that a limit
     *     of the moment is a 503
     */
    byte[] run(HostJobType.HostJob job) throws IOException, InterruptedException {
        Action.OfRequest wanted = json.decode(new ByteArrayInputStream(job.request()), Action.OfRequest.class);
        Map<String, String> headers = new HashMap<>(wanted.headers());
        if (!wanted.body().isEmpty()) {
            headers.putIfAbsent("content-type", "application/json");
        }
        if (wanted.method().equals("POST")) {
            headers.put("idempotency-key", '"' + job.id() + '"');
        }
        StoredRequests.Received received = requests.send(
                new StoredRequests.StoredRequest(
                        wanted.method(), wanted.path(), headers, wanted.body().getBytes(StandardCharsets.UTF_8)),
                job.caller(),
                job.correlationId(),
                LIMIT);
        if (received.status() == 429 || received.status() == 408) {
            throw ProblemType.TEMPORARILY_UNAVAILABLE.problem("the response was " + received.status());
        }
        // Throws the problem of a response that is an error.
        PlatformResponse unused =
                new ReceivedResponse(received.status(), received.headers(), received.body(), json).orThrow();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("status", received.status());
        result.put("headers", received.headers());
        result.put("body", body(received));
        return json.encode(result);
    }

    /** JSON as it is, anything else as text. */
    private Object body(StoredRequests.Received received) {
        String type =
                Optional.ofNullable(received.headers().get("content-type")).orElse("");
        if (received.body().length > 0 && (type.startsWith("application/json") || type.contains("+json"))) {
            try {
                return json.decode(new ByteArrayInputStream(received.body()), Object.class);
            } catch (IOException | ProblemException e) {
                return new String(received.body(), StandardCharsets.UTF_8);
            }
        }
        return new String(received.body(), StandardCharsets.UTF_8);
    }
}
