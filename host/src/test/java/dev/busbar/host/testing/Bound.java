package dev.busbar.host.testing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Route;
import java.util.Optional;

/** Where an invocation of a test is bound for, without a handler behind it. */
public record Bound(long generation, Optional<Route> route) implements Endpoint {
    @Override
    public String platform() {
        return generation == 0 ? "host" : "billing";
    }

    @Override
    public Optional<String> permission() {
        return Optional.empty();
    }

    @Override
    public JsonCodec json() {
        throw new UnsupportedOperationException("nothing is bound here");
    }

    @Override
    public void proceed(Invocation invocation) {
        throw new UnsupportedOperationException("nothing is called here");
    }
}
