package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
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
        RouteTable now = table.get();
        RouteTable.Match match = now.find(method, invocation.path());
        while (match instanceof RouteTable.Match.Found found) {
            Generation generation = found.endpoint().owner();
            if (generation.tryAcquire()) {
                invocation.onComplete(generation::release);
                invocation.endpoint(found.endpoint(), found.captured());
                next.proceed(invocation);
                return;
            }
            RouteTable newer = table.get();
            match = newer == now ? takenAway(generation) : newer.find(method, invocation.path());
            now = newer;
        }
        ProblemException refusal = ((RouteTable.Match.Refused) match).problem();
        invocation.endpoint(UnmatchedEndpoint.of(refusal, invocation.path().segments()), List.of());
        next.proceed(invocation);
    }

    /** A generation drains only after a table without it was written; reading the same one again would spin. */
    private static RouteTable.Match takenAway(Generation generation) {
        return new RouteTable.Match.Refused(
                RouteTable.unavailable(generation.platform(), "the platform is being taken away"));
    }
}
