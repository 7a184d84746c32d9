package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Leaves a timeout in a queue of the JDK, which nobody outside can see. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws Exception {
        CompletableFuture<Plugin> pending = new CompletableFuture<>();
        CompletableFuture<String> unused = pending.orTimeout(1, TimeUnit.DAYS).thenApply(Plugin::toString);
        undo(() -> pending.complete(this));
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
