package dev.busbar.host.routing;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.Optional;

/**
 * Where a request waits until its platform has handed over: with the route it would have had before, which says who may
 * wait and for how long.
 *
 * @param hold where it waits
 * @param before the endpoint of the generation that was let go, or the problem that it would have answered with
 * @param again looks for its route anew, and leads on to that route's chain
 */
record HeldEndpoint(Hold hold, Endpoint before, Interceptor.Next again) implements Endpoint.Waiting {
    @Override
    public String platform() {
        return before.platform();
    }

    @Override
    public Optional<RouteContract> contract() {
        return before.contract();
    }

    @Override
    public Optional<String> permission() {
        return before.permission();
    }

    @Override
    public void proceed(Invocation invocation) {
        hold.park(invocation, again);
    }
}
