package dev.busbar.host.admin;

import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.security.Access;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** All routes of the host. Immutable. */
public final class HostRoutes {
    private final List<Route> quick;
    private final List<Route> slow;

    /**
     * The routes over the features they front.
     *
     * @param ready whether the host can take requests
     */
    public HostRoutes(Plugins plugins, Access access, Tokens tokens, Routes routes, BooleanSupplier ready) {
        TokenRoutes tokenRoutes = new TokenRoutes(tokens);
        this.quick = Stream.of(
                        new HealthRoutes(ready).routes(),
                        new CallerRoutes(plugins, routes).routes(),
                        tokenRoutes.quick())
                .flatMap(List::stream)
                .toList();
        this.slow = Stream.of(
                        new KeyRoutes(access.keys()).routes(),
                        new PrincipalRoutes(access.principals()).routes(),
                        new RoleRoutes(access.roles(), routes).routes(),
                        new PluginRoutes(plugins).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** All of them. */
    public List<Route> all() {
        return Stream.concat(quick.stream(), slow.stream()).toList();
    }

    /** Whether a route answers from memory at once, so that it needs no thread of its own. */
    public boolean isQuick(Route route) {
        return quick.contains(route);
    }
}
