package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Says which jar it is from and which configuration it has; takes as long to start as its properties say. */
public final class DrillPlatform implements Platform {
    private String state = "";

    /** Its configuration: a number, or nothing. */
    public record Settings(@Nullable Integer change) {}

    @Override
    public void start(PlatformContext context) throws IOException, InterruptedException {
        Properties properties = new Properties();
        try (InputStream in = DrillPlatform.class.getResourceAsStream("/bench.properties")) {
            properties.load(in);
        }
        Thread.sleep(Long.parseLong(properties.getProperty("startMillis", "0")));
        Integer change = context.configuration(Settings.class).change();
        state = properties.getProperty("serial") + " " + (change == null ? 0 : change);
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/use", request -> Response.text(state)).access(Access.PUBLIC));
    }
}
