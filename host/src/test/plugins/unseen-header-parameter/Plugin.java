package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** Declares a header parameter that the handler of its cached route never sees. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bills", request -> Response.text("bills"))
                .parameter(Parameter.header("X-Tenant", Codec.STRING).required())
                .cache(CachePolicy.of(Duration.ofMinutes(1)).shared())
                .access(Access.PUBLIC));
    }
}
