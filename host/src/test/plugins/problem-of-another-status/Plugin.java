package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** A problem of the host's catalogue with a status of its own. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bills", request -> Response.noContent())
                .problem(400, "not-found", "there is no such bill")
                .access(Access.PUBLIC));
    }
}
