package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Anybody's bills, or nobody's? */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/", request -> Response.text("2.0.0")).access(Access.PUBLIC),
                Route.get("/bills", request -> Response.text("bills")));
    }
}
