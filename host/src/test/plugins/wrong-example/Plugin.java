package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.util.List;

/** An example that says the opposite of the type. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.post("/bills", Bill.class, (request, bill) -> Response.noContent())
                .example(RouteExample.request("application/json", "{\"amount\": \"many\"}"))
                .access(Access.PUBLIC));
    }

    /** The body. */
    public record Bill(int amount) {
    }
}
