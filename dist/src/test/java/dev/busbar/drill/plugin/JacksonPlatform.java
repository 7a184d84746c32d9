package dev.busbar.drill.plugin;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.util.List;

/** Binds JSON with a bundled Jackson. */
public final class JacksonPlatform implements Platform {
    private final ObjectMapper json = new ObjectMapper();

    /** The bound type. */
    public record Point(int x, int y) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/use", request -> Response.text(thereAndBack())).access(Access.PUBLIC));
    }

    private String thereAndBack() throws IOException {
        return json.writeValueAsString(json.readValue("{\"x\":1,\"y\":2}", Point.class));
    }
}
