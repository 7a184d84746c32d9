package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.concurrent.Executor;

/** Leaves a value of its own on a thread that somebody else keeps. */
public final class Plugin implements Platform {
    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

    @Override
    public void start(PlatformContext context) throws Exception {
        Executor borrowed = (Executor) System.getProperties().get("busbar.test.borrowed");
        borrowed.execute(() -> LOCAL.set(new Plugin()));
        undo(() -> borrowed.execute(LOCAL::remove));
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
