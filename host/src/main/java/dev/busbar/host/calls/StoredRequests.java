package dev.busbar.host.calls;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests that were stored, such as those of schedules: each looks up its route now, and passes the same chain as an external
 * request of its caller, without a network. Thread-safe.
 */
public final class StoredRequests {
    /** What waits for them, as calls of platforms name it. */
    private static final List<String> TRAIL = List.of("host");

    private static final long GRACE_MILLIS = 500;

    private final PlatformCalls calls;

    /**
     * A request.
     *
     * @param path the whole path, with the query
     * @param headers by name in lower case
     */
    public record StoredRequest(String method, String path, Map<String, String> headers, byte[] body) {}

    /** A response; the body is collected in memory. */
    public record Received(int status, Map<String, String> headers, byte[] body) {}

    /** Requests over the routes that calls use. */
    public StoredRequests(PlatformCalls calls) {
        this.calls = calls;
    }

    /**
     * Makes a request, and waits for its response.
     *
     * @throws ProblemException 504 when there is none within the limit, 502 when it breaks off
     */
    public Received send(StoredRequest request, Caller as, String correlationId, Duration limit)
            throws InterruptedException {
        int mark = request.path().indexOf('?');
        CallExchange.Line line = new CallExchange.Line(
                request.method(),
                mark < 0 ? request.path() : request.path().substring(0, mark),
                mark < 0 ? "" : request.path().substring(mark + 1));
        CallExchange exchange = new CallExchange(line, request.headers(), request.body(), "");
        Invocation invocation = Invocation.nested(exchange, System.nanoTime(), correlationId, TRAIL);
        invocation.timing().shorten(limit);
        invocation.caller(as);
        invocation.reply().markPersonal();
        try {
            Interceptor.pass(invocation, calls.chain());
        } catch (ProblemException refused) {
            invocation.reply().fail(refused);
        }
        return received(await(exchange, limit));
    }

    private static CallExchange.RawResponse await(CallExchange exchange, Duration limit) throws InterruptedException {
        try {
            return exchange.response().get(limit.toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw ProblemType.PLATFORM_TIMEOUT.problem("there was no response within " + limit);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static Received received(CallExchange.RawResponse raw) {
        if (!raw.complete()) {
            throw ProblemType.PLATFORM_CALL_FAILED.problem("the response broke off before its end");
        }
        return new Received(raw.status(), raw.headers(), raw.body());
    }
}
