package dev.busbar.bench.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;

/** Routes with a parameter, as many as {@code bench.properties} says, all public but the last one. */
public final class RoutesPlatform implements Platform {
    private int count;

    @Override
    public void start(PlatformContext context) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = RoutesPlatform.class.getResourceAsStream("/bench.properties")) {
            properties.load(in);
        }
        count = Integer.parseInt(properties.getProperty("routes"));
    }

    @Override
    public List<Route> routes() {
        return IntStream.range(0, count).mapToObj(this::route).toList();
    }

    private Route route(int number) {
        return Route.get("/r" + number + "/{id}", request -> Response.text(request.pathParameter("id")))
                .access(number == count - 1 ? Access.READ : Access.PUBLIC);
    }
}
