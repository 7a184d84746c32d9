package dev.busbar.host.testing;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Route;
import java.util.Optional;

/** A destination of an invocation in a test, without a handler behind it. Immutable. */
public record Bound(Owner owner, RouteContract route, boolean isRetiring) implements Endpoint.Routed {
    /** A route of a generation of the platform {@code billing}. */
    public static Bound to(long generation, Route route) {
        return to(new Owner.Platform("billing", generation), route);
    }

    /** A route of a platform's first generation, or of the host. */
    public static Bound to(String platform, Route route) {
        return to(platform.equals(Owner.HOST_ID) ? new Owner.Host() : new Owner.Platform(platform, 1), route);
    }

    /** A route of an owner. */
    public static Bound to(Owner owner, Route route) {
        return new Bound(owner, RouteContract.of(owner.id(), route), false);
    }

    @Override
    public Optional<RouteContract> contract() {
        return Optional.of(route);
    }

    @Override
    public void proceed(Invocation invocation) {
        throw new UnsupportedOperationException("nothing is called here");
    }
}
