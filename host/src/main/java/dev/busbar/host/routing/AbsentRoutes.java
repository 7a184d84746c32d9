package dev.busbar.host.routing;

import dev.busbar.core.RouteSet;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.plugin.ProblemException;
import java.util.List;

/**
 * The routes that a platform served last, while it serves nothing: their contracts with the chains in front of a 503.
 * Holds nothing of the generation that declared them. Immutable.
 */
final class AbsentRoutes {
    private final Owner owner;
    private final RouteSet<Bound> routes;
    private final RouteSet<AbsentEndpoint> endpoints;
    private final String reason;

    /**
     * A contract with the interceptors that were bound to it.
     *
     * @param contract the route's contract
     * @param interceptors its chain, in order
     */
    record Bound(RouteContract contract, List<Interceptor> interceptors) {}

    /**
     * The routes of a platform.
     *
     * @param owner the generation that served them last
     * @param reason why the platform serves nothing, in one sentence that a client may see
     */
    AbsentRoutes(Owner owner, RouteSet<Bound> routes, String reason) {
        this.owner = owner;
        this.routes = routes;
        this.reason = reason;
        this.endpoints = routes.map(route -> new AbsentEndpoint(owner, route, reason));
    }

    /** A platform of which nothing is known. */
    static AbsentRoutes unknown(String platform, String reason) {
        return new AbsentRoutes(new Owner.Platform(platform, 0), RouteSet.empty(), reason);
    }

    /** The same routes, absent for another reason. */
    AbsentRoutes because(String other) {
        return new AbsentRoutes(owner, routes, other);
    }

    /** The contracts of the routes, in the order in which they were declared. */
    List<RouteContract> contracts() {
        return routes.entries().stream().map(Bound::contract).toList();
    }

    RouteSet.Lookup<AbsentEndpoint> find(String method, List<String> segments, int from) {
        return endpoints.find(method, segments, from);
    }

    /** 503, which says why. */
    ProblemException unavailable() {
        return RouteTable.unavailable(owner.id(), reason);
    }
}
