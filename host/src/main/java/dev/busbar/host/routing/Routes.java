package dev.busbar.host.routing;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.signal.Signal;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The interceptor that looks up the route of each invocation in the current table and acquires the lease. Read by any
 * thread; written once by the host at start, later by the deciding thread of {@code lifecycle} only.
 */
public final class Routes implements Interceptor {
    /** The chain behind authentication, which a request has passed before it waited for a handover. */
    private static final Next ROUTE_CHAIN = invocation -> invocation.endpoint().proceed(invocation);

    private final AtomicReference<RouteTable> table = new AtomicReference<>(RouteTable.empty());
    private final ParkingLot.Bay handovers;
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    private final Signal<RouteTable> published = new Signal<>("route table published");

    /** An empty table; requests wait for handovers in this lot. */
    public Routes(ParkingLot lot) {
        handovers = lot.bay("handover");
    }

    /** The current table. */
    public RouteTable table() {
        return table.get();
    }

    /** Replaces the table by one atomic write. The generation that is no longer in it is drained afterwards. */
    public void publish(UnaryOperator<RouteTable> change) {
        published.emit(table.updateAndGet(change));
    }

    /** Adds a listener of every new table. Called on the thread that publishes, so it must not block. */
    public void onPublish(Consumer<RouteTable> listener) {
        published.listen(listener);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        find(invocation, next);
    }

    private void find(Invocation invocation, Next next) {
        String method = invocation.exchange().method();
        RouteTable now = table.get();
        RouteTable.Match match =
                invocation.isPathHidden() ? RouteTable.notFound() : now.find(method, invocation.path());
        while (!enter(match, invocation, next)) {
            RouteTable newer = table.get();
            match = newer == now ? takenAway(invocation) : newer.find(method, invocation.path());
            now = newer;
        }
    }

    /** Proceeds with the route that was found, unless its generation is draining: then a newer table has to be read. */
    private boolean enter(RouteTable.Match match, Invocation invocation, Next next) {
        if (match instanceof RouteTable.Match.Found found) {
            Generation generation = found.endpoint().generation();
            if (!generation.tryAcquire()) {
                return false;
            }
            invocation.completion().onComplete(found.endpoint().release());
            invocation.endpoint(found.endpoint(), found.captured());
        } else if (match instanceof RouteTable.Match.Absent absent) {
            invocation.endpoint(absent.endpoint(), absent.captured());
        } else if (match instanceof RouteTable.Match.Held held) {
            if (held.hold().isReleased()) {
                return false;
            }
            Endpoint before = known(held.before(), invocation);
            invocation.endpoint(new HeldEndpoint(held.hold(), before, again -> find(again, ROUTE_CHAIN)), List.of());
        } else if (match instanceof RouteTable.Match.Unavailable absent) {
            invocation.endpoint(UnmatchedEndpoint.ofAbsent(absent.problem()), List.of());
        } else {
            invocation.endpoint(unmatched(((RouteTable.Match.Refused) match).problem(), invocation), List.of());
        }
        next.proceed(invocation);
        return true;
    }

    private static Endpoint known(RouteTable.Match before, Invocation invocation) {
        return before instanceof RouteTable.Match.Absent absent
                ? absent.endpoint()
                : unmatched(((RouteTable.Match.Unavailable) before).problem(), invocation);
    }

    private static Endpoint unmatched(ProblemException problem, Invocation invocation) {
        return UnmatchedEndpoint.of(problem, invocation.path().segments());
    }

    /**
     * Holds the requests of a platform from now on, until the hold is released after the table was replaced.
     *
     * @param max the max number of requests that wait
     */
    public Hold hold(String platform, int max) {
        holds.removeIf(Hold::isReleased);
        Hold hold = new Hold(platform, handovers.group(max));
        holds.add(hold);
        publish(table -> table.mount(platform).orElse(null) instanceof RouteTable.Mount.Served served
                ? table.with(
                        platform,
                        new RouteTable.Mount.Held(served.routes().absent("its next version is being started"), hold))
                : table);
        return hold;
    }

    /** Releases every hold when the host stops: waiting requests are refused by the next step. */
    public void releaseHolds() {
        holds.forEach(Hold::release);
    }

    /**
     * A table is replaced before its generation drains or its hold is released, so the same table need not be read
     * again.
     */
    private static RouteTable.Match takenAway(Invocation invocation) {
        return new RouteTable.Match.Unavailable(
                RouteTable.unavailable(invocation.path().segments().get(1), "the platform is being removed"));
    }
}
