package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Declares a parameter whose default is not among its own values. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bills", request -> Response.text("bills"))
                .parameter(Parameter.query("limit", Codec.INT.min(1).max(500)).defaultValue(0))
                .access(Access.PUBLIC));
    }
}
