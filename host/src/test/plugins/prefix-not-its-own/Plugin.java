package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Wants to answer in the place of somebody else. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/../admin/plugins", request -> Response.text("mine")).access(Access.PUBLIC));
    }
}
