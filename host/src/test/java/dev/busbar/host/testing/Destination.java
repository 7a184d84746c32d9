package dev.busbar.host.testing;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import java.util.Optional;

/**
 * An endpoint of a platform without code, for tests of what stands in front of it.
 *
 * @param platform its id
 */
public record Destination(String platform) implements Endpoint.Waiting {
    /** The endpoint of a platform. */
    public static Endpoint of(String platform) {
        return new Destination(platform);
    }

    @Override
    public Optional<RouteContract> contract() {
        return Optional.empty();
    }

    @Override
    public Optional<String> permission() {
        return Optional.empty();
    }

    /** Stands for the endpoint of a route, which is final. */
    @Override
    public boolean isProvisional() {
        return false;
    }

    @Override
    public void proceed(Invocation invocation) {
        throw new UnsupportedOperationException("there is nothing behind it");
    }
}
