package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** Waits, and takes no interrupt for an answer, until the test lets it go. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", Plugin::await).access(Access.PUBLIC).deadline(Duration.ofMillis(300)));
    }

    private static Response await(Request request) {
        while (System.getProperty("busbar.test.letGo") == null) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                // as careless code does
            }
        }
        return Response.text("late");
    }
}
