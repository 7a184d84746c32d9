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

/** Returns the number of its jar and its configuration; its properties set the start time. */
public final class DrillPlatform implements Platform {
    private String state = "";

    /** The configuration: an optional number. */
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
