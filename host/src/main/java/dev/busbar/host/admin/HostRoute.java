package dev.busbar.host.admin;

import dev.busbar.plugin.Route;
import java.util.List;

/**
 * A route of the host itself, with the threads that run its handler. Immutable.
 *
 * @param route the route, with its whole path
 * @param placement the threads of its handler
 */
public record HostRoute(Route route, Placement placement) {
    /** The threads that run the handlers of a route. */
    public enum Placement {
        /** The thread that reads the request: for handlers that respond from memory at once. */
        INLINE,
        /** Threads of public routes: a flood of these leaves the admin routes their threads. */
        PUBLIC,
        /** Threads for all other routes. */
        ADMIN
    }

    /** Routes that share a placement. */
    static List<HostRoute> all(Placement placement, List<Route> routes) {
        return routes.stream().map(route -> new HostRoute(route, placement)).toList();
    }
}
