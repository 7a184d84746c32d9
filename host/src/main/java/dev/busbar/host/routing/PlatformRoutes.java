package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.RouteSet;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** All routes of one generation, compiled. Made before the publish, immutable after. */
public final class PlatformRoutes {
    private final Generation generation;
    private final RouteSet<RouteEndpoint> routes;

    private PlatformRoutes(Generation generation, RouteSet<RouteEndpoint> routes) {
        this.generation = generation;
        this.routes = routes;
    }

    /**
     * What a generation's calls run on.
     *
     * @param json the generation's JSON binding
     * @param workersFor the threads that run a route's handler
     * @param faults what a failure of a handler is taken for
     * @param interceptors the chain of every route, in order
     * @param deadlines expires handlers that take too long
     * @param streamLimit how long a streaming response may take after its first byte
     */
    record Means(
            JsonCodec json,
            Function<Route, Workers> workersFor,
            UnaryOperator<Throwable> faults,
            List<Interceptor> interceptors,
            Deadlines deadlines,
            Duration streamLimit) {
        Workers workers(Route route) {
            return workersFor.apply(route);
        }
    }

    /**
     * Compiles routes.
     *
     * @throws dev.busbar.core.InvalidDeclarationException with everything that is wrong with them: no access, a
     *     malformed template, two of one method and shape, a description that does not fit
     */
    static PlatformRoutes compile(Generation generation, List<Route> routes, Means means) {
        return new PlatformRoutes(
                generation,
                RouteSet.compile(
                        routes,
                        means.json(),
                        (route, template) -> new RouteEndpoint(generation, route, template, means)));
    }

    /** Whose they are. */
    public Generation generation() {
        return generation;
    }

    /** The routes as declared. */
    public List<Route> routes() {
        return routes.routes();
    }

    /** The routes as they are found, which is all of them. */
    public Stream<Endpoint> endpoints() {
        return routes.entries().stream().map(Endpoint.class::cast);
    }

    /** What stands before the paths of the routes. */
    public String prefix() {
        return generation.number() == 0 ? "" : "/api/" + generation.platform();
    }

    /**
     * Finds the route of a request.
     *
     * @param from the index of the first segment below the prefix
     */
    RouteSet.Lookup<RouteEndpoint> find(String method, List<String> segments, int from) {
        return routes.find(method, segments, from);
    }
}
