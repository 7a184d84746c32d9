package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Has no second half. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.stream("text/plain", Plugin::half)).access(Access.PUBLIC));
    }

    private static void half(OutputStream out) throws IOException {
        out.write("the first half".getBytes(StandardCharsets.UTF_8));
        out.flush();
        throw new IOException("the second half is lost");
    }
}
