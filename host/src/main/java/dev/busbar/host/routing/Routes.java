package dev.busbar.host.routing;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.signal.Signal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Holds the route table, finds the route of each invocation in it and takes the lease. Read by any thread; the host
 * writes once at start, after that only the thread of {@code lifecycle} that decides.
 */
public final class Routes implements Interceptor {
    /** What comes behind authentication, which a request has passed before it waited for a handover. */
    private static final Next ROUTE_CHAIN = invocation -> invocation.endpoint().proceed(invocation);

    private final AtomicReference<RouteTable> table = new AtomicReference<>(RouteTable.empty());
    private final ParkingLot.Bay handovers;
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    private final Signal<RouteTable> published = new Signal<>("route table published");

    /** Nothing is served; requests wait for handovers in this lot. */
    public Routes(ParkingLot lot) {
        handovers = lot.bay("handover");
    }

    /** What is served now. */
    public RouteTable table() {
        return table.get();
    }

    /** Replaces the table by one atomic write. Draining the generation that is no longer in it comes after. */
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

    /** Goes on with what was found, unless it is on its way out; then a newer table has to be read. */
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
        } else {
            invocation.endpoint(unmatched((RouteTable.Match.Refused) match, invocation), List.of());
        }
        next.proceed(invocation);
        return true;
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
     * @param max how many may wait
     */
    public Hold hold(String platform, int max) {
        holds.removeIf(Hold::isReleased);
        Hold hold = new Hold(platform, handovers.group(max));
        holds.add(hold);
        publish(table -> table.mount(platform).orElse(null) instanceof RouteTable.Mount.Served served
                ? table.with(platform, new RouteTable.Mount.Held(served.routes(), hold))
                : table);
        return hold;
    }

    /** Releases every hold, at the end of the host: what still waits is refused by what it meets then. */
    public void releaseHolds() {
        holds.forEach(Hold::release);
    }

    /** Nothing drains, and no hold is released, before another table was written; reading the same one again would spin. */
    private static RouteTable.Match takenAway(Invocation invocation) {
        return new RouteTable.Match.Refused(
                RouteTable.unavailable(invocation.path().segments().get(1), "the platform is being taken away"));
    }
}
