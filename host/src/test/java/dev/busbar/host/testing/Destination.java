package dev.busbar.host.testing;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Route;
import java.util.Optional;

/**
 * An endpoint of a platform without code, for tests of what stands in front of it.
 *
 * @param platform its id
 */
public record Destination(String platform) implements Endpoint {
    /** The endpoint of a platform. */
    public static Endpoint of(String platform) {
        return new Destination(platform);
    }

    @Override
    public long generation() {
        return 1;
    }

    @Override
    public Optional<Route> route() {
        return Optional.empty();
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
        throw new UnsupportedOperationException("there is nothing behind it");
    }
}
