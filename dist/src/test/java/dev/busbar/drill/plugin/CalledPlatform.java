package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** Answers the same at two paths; at one of them an older answer may stand in for a failure. */
public final class CalledPlatform implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/value", request -> Response.text("value")).access(Access.PUBLIC),
                Route.get("/kept", request -> Response.text("value"))
                        .access(Access.PUBLIC)
                        .cache(CachePolicy.of(Duration.ofMillis(100))
                                .staleIfError(Duration.ofMinutes(1))
                                .keptOverSwap()));
    }
}
