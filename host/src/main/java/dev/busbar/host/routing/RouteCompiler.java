package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.contract.RouteContract;
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
    private final Means means;

    /**
     * What the routes of all generations share.
     *
     * @param deadlines expires handlers that take too long
     * @param bodies the memory of bodies that are bound, and how long a handler waits for one
     * @param streamLimit the max time of a streaming response after its first byte
     * @param configured the contract of a route with what the operator has set in place of its declaration
     */
    public record Means(
            Deadlines deadlines, Bodies bodies, Duration streamLimit, UnaryOperator<RouteContract> configured) {}

    /**
     * A compiler for a host.
     *
     * @param concerns the concerns of the route chain, in order
     */
    public RouteCompiler(List<RouteConcern> concerns, Means means) {
        this.concerns = List.copyOf(concerns);
        this.means = means;
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
                door, routes, new PlatformRoutes.Means(json, workersFor, faults, concerns, means));
    }
}
