package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Two routes that no request can tell apart. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/bills/{id}", request -> Response.text("by id")).access(Access.PUBLIC),
                Route.get("/bills/{number}", request -> Response.text("by number")).access(Access.PUBLIC));
    }
}
