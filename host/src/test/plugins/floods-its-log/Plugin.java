package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs as if nobody had to read it. */
public final class Plugin implements Platform {
    private static final int LINES = 10_000;

    private Logger logger = LoggerFactory.getLogger(Plugin.class);

    @Override
    public void start(PlatformContext context) {
        logger = context.logger();
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> flood()).access(Access.PUBLIC).deadline(Duration.ofSeconds(30)));
    }

    private Response flood() {
        for (int i = 0; i < LINES; i++) {
            logger.warn("line {} of the flood", i);
        }
        return Response.text("flooded");
    }
}
