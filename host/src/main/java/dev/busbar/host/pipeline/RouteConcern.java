package dev.busbar.host.pipeline;

import dev.busbar.host.contract.RouteContract;
import java.util.Optional;

/**
 * A concern of the route chain, such as limits or caching. Asked once for each route, when its generation is published;
 * a route that it does not concern does not pass it at all. May be asked from any thread.
 */
@FunctionalInterface
public interface RouteConcern {
    /** The interceptor of a route, which may be bound to its contract; empty where the route does not need it. */
    Optional<Interceptor> on(RouteContract route);
}
