package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.net.http.HttpClient;
import java.util.List;

/** Leaves a client, whose selector thread goes on while somebody holds the client. */
public final class Plugin implements Platform {
    private static HttpClient client;

    @Override
    public void start(PlatformContext context) throws Exception {
        client = HttpClient.newHttpClient();
        undo(() -> client = null);
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text("2.0.0")).access(Access.PUBLIC));
    }

    /** So that the test can clean up after it. */
    private static void undo(Runnable undoing) {
        System.getProperties().put("busbar.test.undo", undoing);
    }
}
