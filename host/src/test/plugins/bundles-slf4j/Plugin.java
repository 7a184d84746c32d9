package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Answers the name of a logger of slf4j, whosever that is. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get(
                        "/", request -> Response.text(LoggerFactory.getLogger("platform.bundles-slf4j").getName()))
                .access(Access.PUBLIC));
    }
}
