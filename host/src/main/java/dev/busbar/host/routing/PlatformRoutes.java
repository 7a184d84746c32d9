package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.RouteSet;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** All routes of one generation, compiled before they are published. Immutable. */
public final class PlatformRoutes {
    private final Generation generation;
    private final JsonCodec json;
    private final RouteSet<RouteEndpoint> routes;

    /**
     * A route with its declaration, which holds classes of the plugin.
     *
     * @param contract the host's view of it
     * @param route the declaration
     */
    public record Declared(RouteContract contract, Route route) {}

    private PlatformRoutes(Generation generation, JsonCodec json, RouteSet<RouteEndpoint> routes) {
        this.generation = generation;
        this.json = json;
        this.routes = routes;
    }

    /**
     * The dependencies of a generation's routes.
     *
     * @param json the generation's JSON binding
     * @param workersFor the threads that run a route's handler
     * @param faults maps a failure of a handler to an exception
     * @param concerns the concerns of the route chain, in order
     * @param host what the routes of all generations share
     */
    record Means(
            JsonCodec json,
            Function<Route, Workers> workersFor,
            UnaryOperator<Throwable> faults,
            List<RouteConcern> concerns,
            RouteCompiler.Means host) {
        List<Interceptor> interceptors(RouteContract route) {
            return concerns.stream()
                    .flatMap(concern -> concern.on(route).stream())
                    .toList();
        }

        Workers workers(Route route) {
            return workersFor.apply(route);
        }
    }

    /**
     * Compiles routes.
     *
     * @throws dev.busbar.core.InvalidDeclarationException with everything that is wrong with them: no access, a
     *     malformed template, two of one method and shape, an invalid description
     */
    static PlatformRoutes compile(Door door, List<Route> routes, Means means) {
        return new PlatformRoutes(
                door.generation(),
                means.json(),
                RouteSet.compile(
                        routes, means.json(), (route, template) -> new RouteEndpoint(door, route, template, means)));
    }

    /** The generation of the routes. */
    public Generation generation() {
        return generation;
    }

    /** The routes as declared. */
    public List<Route> routes() {
        return routes.routes();
    }

    /** The contracts of the routes, in the order in which they were declared. */
    public List<RouteContract> contracts() {
        return routes.entries().stream().map(RouteEndpoint::route).toList();
    }

    /** The contracts with their declarations. */
    public Stream<Declared> declared() {
        return routes.entries().stream().map(endpoint -> new Declared(endpoint.route(), endpoint.declaration()));
    }

    /** The routes as they stay known while the platform is absent. */
    AbsentRoutes absent(String reason) {
        return new AbsentRoutes(
                generation.owner(),
                routes.map(endpoint -> new AbsentRoutes.Bound(endpoint.route(), endpoint.interceptors())),
                reason);
    }

    /** The binding of the generation's types. */
    public JsonCodec json() {
        return json;
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
