package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Describes a parameter that its path does not have. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bills/{id}", request -> Response.text("bill"))
                .parameter(Parameter.path("number", Codec.STRING))
                .access(Access.PUBLIC));
    }
}
