package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** Responds identically at two paths; one of them allows a stale response on failure. */
public final class CalledPlatform implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/value", request -> Response.text("value")).access(Access.PUBLIC),
                Route.get("/cached", request -> Response.text("value"))
                        .access(Access.PUBLIC)
                        .cache(CachePolicy.of(Duration.ofMillis(100))
                                .staleIfError(Duration.ofMinutes(1))
                                .survivesSwap()));
    }
}
