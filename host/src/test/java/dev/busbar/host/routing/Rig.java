package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One platform behind a route table, with threads and a clock that a test moves by hand. */
final class Rig {
    /** Long past every deadline. */
    static final Duration OVERDUE = Duration.ofHours(2);

    final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    final ManualClock clock = new ManualClock();
    final Routes routes = new Routes(clock.lot());
    Duration streamLimit = Duration.ofMinutes(5);

    /** Publishes a generation that answers {@code GET /api/billing/bills}; what is called waits in the queue. */
    Generation publish(long number, Handler handler) {
        return publish(number, queue::add, handler);
    }

    Generation publish(long number, Workers workers, Handler handler) {
        Generation generation = new Generation(new Owner.Platform("billing", number), "1.0." + number);
        PlatformRoutes compiled =
                compile(generation, List.of(Route.get("/bills", handler).access(Access.PUBLIC)), workers);
        routes.publish(table -> table.with("billing", new RouteTable.Mount.Served(compiled)));
        return generation;
    }

    PlatformRoutes compile(Generation generation, List<Route> declared, Workers workers) {
        return PlatformRoutes.compile(
                Door.uncounted(generation),
                declared,
                new PlatformRoutes.Means(
                        new JsonCodec(Rig.class.getClassLoader()),
                        route -> workers,
                        failure -> failure,
                        List.of(),
                        clock.deadlines(),
                        streamLimit));
    }

    static FakeExchange bills() {
        return FakeExchange.get("/api/billing/bills");
    }

    /** A request that has just arrived. */
    FakeExchange send(FakeExchange exchange) {
        return send(exchange, Duration.ZERO);
    }

    /** A request that arrived some time ago, so that the next tick of the clock finds it past its deadline. */
    FakeExchange send(FakeExchange exchange, Duration ago) {
        Invocation invocation = new Invocation(exchange, clock.now() - ago.toNanos());
        Interceptor.Next chain =
                Interceptor.chain(List.of(new CanonicalPathInterceptor(), routes), found -> found.endpoint()
                        .proceed(found));
        try {
            chain.proceed(invocation);
        } catch (RuntimeException | Error failure) {
            invocation.reply().fail(failure);
        }
        return exchange;
    }

    /** Expires what is past its deadline. */
    void tick() {
        clock.pass(Duration.ZERO);
    }

    /** Runs what waits in the queue, on this thread. */
    void runQueued() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            task.run();
        }
    }
}
