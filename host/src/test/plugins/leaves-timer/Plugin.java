package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Timer;

/** Leaves a timer. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws Exception {
        Timer timer = new Timer("timer-left-behind", true);
        undo(timer::cancel);
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
