package badplugin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.PackageVersion;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Answers the version of the Jackson that it sees, and something that this has written. */
public final class Plugin implements Platform {
    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text(
                        PackageVersion.VERSION + " " + mapper.writeValueAsString(new int[] {1, 2})))
                .access(Access.PUBLIC));
    }
}
