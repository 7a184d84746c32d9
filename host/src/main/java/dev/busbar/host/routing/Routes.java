package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Holds the route table, finds the route of each invocation in it and takes the lease. Read by any thread; the host
 * writes once at start, after that only the thread of {@code lifecycle} that decides.
 */
public final class Routes implements Interceptor {
    private final AtomicReference<RouteTable> table = new AtomicReference<>(RouteTable.empty());

    /** What is served now. */
    public RouteTable table() {
        return table.get();
    }

    /** Replaces the table by one atomic write. Draining the generation that is no longer in it comes after. */
    public void publish(UnaryOperator<RouteTable> change) {
        table.updateAndGet(change);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        String method = invocation.exchange().method();
        while (true) {
            RouteTable now = table.get();
            RouteTable.Match match = now.find(method, invocation.path());
            if (match instanceof RouteTable.Match.Found found) {
                Generation generation = found.endpoint().owner();
                if (!generation.tryAcquire()) {
                    requireChanged(now, generation);
                    continue;
                }
                invocation.onComplete(generation::release);
                invocation.endpoint(found.endpoint(), found.captured());
            } else if (match instanceof RouteTable.Match.Refused refused) {
                invocation.endpoint(
                        UnmatchedEndpoint.of(
                                refused.problem(), invocation.path().segments()),
                        List.of());
            }
            next.proceed(invocation);
            return;
        }
    }

    /** A generation drains only after a table without it was written; anything else would make readers spin. */
    private void requireChanged(RouteTable seen, Generation generation) {
        if (table.get() == seen) {
            throw RouteTable.unavailable(generation.platform(), "the platform is being taken away");
        }
    }
}
