package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Answers what it is told when it asks for a class of the host. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text(reach())).access(Access.PUBLIC));
    }

    private static String reach() {
        try {
            return Class.forName("dev.busbar.host.Host").toString();
        } catch (ClassNotFoundException e) {
            return e.getMessage();
        }
    }
}
