package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.entry.Door;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Compiles the declared routes of a generation, so that they can be published. Immutable; may be called from any
 * thread.
 */
public final class RouteCompiler {
    private final List<RouteConcern> concerns;
    private final Deadlines deadlines;
    private final Duration streamLimit;

    /**
     * A compiler for a host.
     *
     * @param concerns the concerns of the route chain, in order
     * @param deadlines expires handlers that take too long
     * @param streamLimit the max time of a streaming response after its first byte
     */
    public RouteCompiler(List<RouteConcern> concerns, Deadlines deadlines, Duration streamLimit) {
        this.concerns = List.copyOf(concerns);
        this.deadlines = deadlines;
        this.streamLimit = streamLimit;
    }

    /**
     * Compiles routes.
     *
     * @param json the generation's JSON binding
     * @param workersFor the threads that run a route's handler
     * @throws IllegalArgumentException with everything that is wrong with them: no access, a malformed template, two of
     *     one method and shape
     */
    public PlatformRoutes compile(Door door, List<Route> routes, JsonCodec json, Function<Route, Workers> workersFor) {
        return compile(door, routes, json, workersFor, UnaryOperator.identity());
    }

    /**
     * Compiles the host's own routes.
     *
     * @param faults maps a failure of a handler to an exception, such as a problem; called on the handler's thread
     */
    public PlatformRoutes compile(
            Door door,
            List<Route> routes,
            JsonCodec json,
            Function<Route, Workers> workersFor,
            UnaryOperator<Throwable> faults) {
        return PlatformRoutes.compile(
                door, routes, new PlatformRoutes.Means(json, workersFor, faults, concerns, deadlines, streamLimit));
    }
}
