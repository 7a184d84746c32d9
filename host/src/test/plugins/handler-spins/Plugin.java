package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** Spins until the test lets it go. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", Plugin::spin).access(Access.PUBLIC).deadline(Duration.ofMillis(300)));
    }

    private static Response spin(Request request) {
        while (System.getProperty("busbar.test.letGo") == null) {
            Thread.onSpinWait();
        }
        return Response.text("late");
    }
}
