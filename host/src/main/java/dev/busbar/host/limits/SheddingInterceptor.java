package dev.busbar.host.limits;

import dev.busbar.core.ProblemType;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.Reply;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Load shedding: rejects requests to platforms with 503 while too many are in flight in the whole host. The host's own
 * routes, such as health and administration, are still served. Called on event-loop threads, by many at once.
 */
public final class SheddingInterceptor implements Interceptor {
    private final int max;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Reply.SentListener leaving = sent -> inFlight.decrementAndGet();
    private final Meters.Count shed;

    /**
     * A limit on requests in flight.
     *
     * @param max how many requests to platforms may be in flight, waiting ones included
     */
    public SheddingInterceptor(int max, Meters meters) {
        this.max = max;
        this.shed = meters.count("busbar.shed", "Requests rejected because too many were in flight in the whole host");
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (!isToPlatform(invocation.endpoint())) {
            next.proceed(invocation);
            return;
        }
        int now = inFlight.incrementAndGet();
        invocation.reply().onSent(leaving);
        if (now > max) {
            shed.increment();
            throw ProblemType.HOST_OVERLOADED
                    .problem("too many requests are in flight in this host")
                    .withHeader("Retry-After", "1");
        }
        next.proceed(invocation);
    }

    private static boolean isToPlatform(Endpoint endpoint) {
        return endpoint instanceof Endpoint.Waiting
                || (endpoint instanceof Endpoint.Routed routed && routed.owner() instanceof Owner.Platform);
    }

    /** The number of requests to platforms in flight. */
    int inFlight() {
        return inFlight.get();
    }
}
