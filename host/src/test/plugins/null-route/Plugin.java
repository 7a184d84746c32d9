package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.Arrays;
import java.util.List;

/** One of its routes is missing. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return Arrays.asList(
                Route.get("/", request -> Response.text("2.0.0")).access(Access.PUBLIC), null);
    }
}
