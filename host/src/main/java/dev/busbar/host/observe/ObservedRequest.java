package dev.busbar.host.observe;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An observed request. Its headers are read on arrival, on the server thread, because the server may reuse the memory of
 * the request once the response is complete; {@link #sent} and {@link #complete} run on the threads that learn of it.
 */
final class ObservedRequest {
    private static final String HOST = "host";
    private static final int METHOD_LIMIT = 32;

    /** Longer than a valid one, so that a truncated one stays invalid. */
    private static final int TRACEPARENT_LIMIT = 64;

    private final Invocation invocation;
    private final RequestSeries series;
    private final AccessLog log;
    private final Clock clock;
    private final String method;
    private final String methodLabel;
    private final String path;
    private final String traceparent;
    private final String userAgent;

    ObservedRequest(Invocation invocation, RequestSeries series, AccessLog log, Clock clock) {
        this.invocation = invocation;
        this.series = series;
        this.log = log;
        this.clock = clock;
        Exchange exchange = invocation.exchange();
        method = AccessLine.cut(exchange.method(), METHOD_LIMIT);
        methodLabel = Labels.method(method);
        boolean logged = log.isEnabled();
        path = logged ? AccessLine.cut(exchange.rawPath(), AccessLine.PATH_LIMIT) : "";
        traceparent = logged ? only(exchange.headers("traceparent")) : "";
        userAgent = logged ? first(exchange.headers("User-Agent")) : "";
        if (logged) {
            invocation.pinPeer();
        }
    }

    private static String only(List<String> values) {
        return values.size() == 1 ? AccessLine.cut(values.get(0), TRACEPARENT_LIMIT) : "";
    }

    private static String first(List<String> values) {
        return values.isEmpty() ? "" : AccessLine.cut(values.get(0), AccessLine.TEXT_LIMIT);
    }

    void sent(Sent sent) {
        long nanos = System.nanoTime() - invocation.timing().arrivedNanos();
        AccessLine.Target target = target();
        series.answered(target, methodLabel, sent.status(), nanos);
        if (log.isEnabled()) {
            log.offer(line(sent, target, nanos));
        }
    }

    void complete() {
        long nanos = invocation.timing().handlerNanos();
        if (nanos > 0) {
            series.handled(target(), nanos);
        }
    }

    private AccessLine.Target target() {
        if (!invocation.isRouted()) {
            String page = invocation.note(Invocation.PAGE);
            return page.isEmpty()
                    ? new AccessLine.Target(Labels.UNMATCHED, 0, Labels.UNMATCHED)
                    : new AccessLine.Target(HOST, 0, page);
        }
        Endpoint endpoint = invocation.endpoint();
        String route = endpoint.contract().map(RouteContract::template).orElse(Labels.UNMATCHED);
        long generation =
                endpoint instanceof Endpoint.Routed routed ? routed.owner().generationNumber() : 0;
        return new AccessLine.Target(endpoint.platform(), generation, route);
    }

    private AccessLine line(Sent sent, AccessLine.Target target, long nanos) {
        @Nullable Caller caller = invocation.caller().orElse(null);
        return new AccessLine(
                clock.millis(),
                invocation.correlationId(),
                traceparent,
                target,
                method,
                path,
                sent.status(),
                sent.bytes(),
                sent.complete(),
                nanos,
                Math.min(nanos, invocation.timing().handlerNanos()),
                caller == null ? "" : caller.principal().id(),
                caller == null ? "" : caller.keyId(),
                invocation.clientAddress(),
                invocation.note("cache"),
                invocation.note("ratelimit"),
                userAgent);
    }
}
