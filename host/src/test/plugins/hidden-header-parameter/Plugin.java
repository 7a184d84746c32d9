package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Declares a parameter in a header that the host hides from handlers. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bills", request -> Response.text("bills"))
                .parameter(Parameter.header("X-User-Id", Codec.STRING).optional())
                .access(Access.PUBLIC));
    }
}
