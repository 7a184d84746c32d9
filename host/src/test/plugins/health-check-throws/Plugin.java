package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.util.List;

/** Declares a health check that throws. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text("a")).access(Access.PUBLIC));
    }

    @Override
    public List<HealthCheck> healthChecks() {
        return List.of(HealthCheck.of("database", () -> {
            throw new IOException("connection refused");
        }));
    }
}
