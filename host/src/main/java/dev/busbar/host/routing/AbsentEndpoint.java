package dev.busbar.host.routing;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.Optional;

/**
 * A route of a platform that serves nothing now. A request passes the chain of the route as always, authentication,
 * permission and limits included, and ends in a 503, which the cache may replace. Immutable.
 */
final class AbsentEndpoint implements Endpoint.Routed {
    private final Owner owner;
    private final RouteContract route;
    private final Optional<RouteContract> contract;
    private final Interceptor.Next chain;

    AbsentEndpoint(Owner owner, AbsentRoutes.Bound bound, String reason) {
        this.owner = owner;
        this.route = bound.contract();
        this.contract = Optional.of(route);
        this.chain = Interceptor.chain(bound.interceptors(), invocation -> {
            throw RouteTable.unavailable(owner.id(), reason);
        });
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public RouteContract route() {
        return route;
    }

    @Override
    public Optional<RouteContract> contract() {
        return contract;
    }

    @Override
    public boolean isRetiring() {
        return false;
    }

    @Override
    public boolean isAbsent() {
        return true;
    }

    @Override
    public void proceed(Invocation invocation) {
        chain.proceed(invocation);
    }
}
