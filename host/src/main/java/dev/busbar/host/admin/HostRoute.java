package dev.busbar.host.admin;

import dev.busbar.plugin.HttpMethod;
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
        /** Threads of the OpenAPI documents, which take nothing from those who need a token. */
        DOCUMENTS,
        /** Threads for what takes rights away: each such change is short, and finds a thread whatever else is running. */
        CONTAINMENT,
        /** Threads for what takes a plugin away, which may wait for its requests. */
        PLUGIN_CONTAINMENT,
        /** Threads for all other routes. */
        ADMIN
    }

    /** Routes that share a placement. */
    static List<HostRoute> all(Placement placement, List<Route> routes) {
        return routes.stream().map(route -> new HostRoute(route, placement)).toList();
    }

    /** Routes of the admin API, those of containment on threads of their own. */
    static List<HostRoute> admin(List<Route> routes) {
        return routes.stream()
                .map(route -> new HostRoute(route, ofAdmin(route)))
                .toList();
    }

    private static Placement ofAdmin(Route route) {
        if (!isContainment(route)) {
            return Placement.ADMIN;
        }
        return route.path().startsWith("/admin/plugins") ? Placement.PLUGIN_CONTAINMENT : Placement.CONTAINMENT;
    }

    private static boolean isContainment(Route route) {
        String path = route.path();
        return route.method() == HttpMethod.DELETE
                || path.equals("/admin/revocations")
                || (route.method() == HttpMethod.PATCH && path.startsWith("/admin/principals/"))
                || (route.method() == HttpMethod.POST && (path.endsWith("/disable") || path.endsWith("/rollback")));
    }
}
