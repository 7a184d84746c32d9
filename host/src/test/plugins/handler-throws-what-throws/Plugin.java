package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Throws what cannot even be logged. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", Plugin::fail).access(Access.PUBLIC));
    }

    private static Response fail(Request request) {
        throw new Unspeakable();
    }
}
