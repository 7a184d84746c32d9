package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.List;
import java.util.concurrent.Executor;
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
        if (match instanceof RouteTable.Match.Held held) {
            invocation.endpoint(
                    new HeldEndpoint(held.hold(), known(held.before(), invocation), again -> intercept(again, next)),
                    List.of());
        } else {
            invocation.endpoint(unmatched((RouteTable.Match.Refused) match, invocation), List.of());
        }
        next.proceed(invocation);
    }

    private static Endpoint known(RouteTable.Match before, Invocation invocation) {
        return before instanceof RouteTable.Match.Found found
                ? found.endpoint()
                : unmatched((RouteTable.Match.Refused) before, invocation);
    }

    private static Endpoint unmatched(RouteTable.Match.Refused refused, Invocation invocation) {
        return UnmatchedEndpoint.of(refused.problem(), invocation.path().segments());
    }

    /**
     * Lets the requests of a platform wait from now on, until the hold is released after the table was written again.
     *
     * @param limit how many may wait
     * @param resumer the threads on which they go on; they never run a plugin's code
     */
    public Hold hold(String platform, int limit, Executor resumer) {
        Hold hold = new Hold(platform, limit, resumer);
        publish(table -> table.mount(platform).orElse(null) instanceof RouteTable.Mount.Served served
                ? table.with(platform, new RouteTable.Mount.Held(served.routes(), hold))
                : table);
        return hold;
    }

    /** A generation drains only after a table without it was written; reading the same one again would spin. */
    private static RouteTable.Match takenAway(Generation generation) {
        return new RouteTable.Match.Refused(
                RouteTable.unavailable(generation.platform(), "the platform is being taken away"));
    }
}
