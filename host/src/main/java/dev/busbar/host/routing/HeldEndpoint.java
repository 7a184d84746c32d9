package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Route;
import java.util.Optional;

/**
 * Where a request waits until its platform has handed over: with the route it would have had before, which says who may
 * wait and for how long.
 *
 * @param hold where it waits
 * @param before the endpoint of the generation that was let go, or the problem that it would have answered with
 * @param again looks for its route anew, and leads on to that route's chain
 */
record HeldEndpoint(Hold hold, Endpoint before, Interceptor.Next again) implements Endpoint {
    @Override
    public String platform() {
        return before.platform();
    }

    @Override
    public long generation() {
        return before.generation();
    }

    @Override
    public Optional<Route> route() {
        return before.route();
    }

    @Override
    public Optional<String> permission() {
        return before.permission();
    }

    @Override
    public boolean isProvisional() {
        return true;
    }

    @Override
    public JsonCodec json() {
        return UnmatchedEndpoint.JSON;
    }

    @Override
    public void proceed(Invocation invocation) {
        hold.park(invocation, again);
    }
}
