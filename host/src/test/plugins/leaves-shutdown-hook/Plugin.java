package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** Leaves a shutdown hook. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws Exception {
        Thread hook = new Thread(() -> {}, "hook-left-behind");
        Runtime.getRuntime().addShutdownHook(hook);
        undo(() -> Runtime.getRuntime().removeShutdownHook(hook));
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
