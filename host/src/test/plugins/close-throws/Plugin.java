package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.util.List;

/** Cannot close. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text("2.0.0")).access(Access.PUBLIC));
    }

    @Override
    public void close() throws Exception {
        throw new IOException("stuck");
    }
}
