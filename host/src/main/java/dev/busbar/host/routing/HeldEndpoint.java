package dev.busbar.host.routing;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.Optional;

/**
 * The endpoint of requests that wait for the handover of their platform, with the previous route, whose permission and
 * deadline apply to the wait.
 *
 * @param hold the requests that wait
 * @param before the endpoint of the previous generation, or its problem
 * @param again looks up the route again, and passes the request to its chain
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
