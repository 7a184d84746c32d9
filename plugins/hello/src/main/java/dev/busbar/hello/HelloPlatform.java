package dev.busbar.hello;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.util.List;
import org.pf4j.Extension;

/** Greets: the world without credentials, anybody by name with the permission {@code hello:read}. */
@Extension
public final class HelloPlatform implements Platform {
    private static final Parameter<String> NAME =
            Parameter.path("name", Codec.STRING).description("whom to greet").example("Ada");
    private static final Parameter<Integer> TIMES =
            Parameter.query("times", Codec.INT.min(1).max(10)).defaultValue(1).description("how often to say hello");

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/", Greeting.class, request -> Greeting.of("world", 1))
                        .access(Access.PUBLIC)
                        .summary("Greet the world")
                        .example(RouteExample.response(200, Greeting.of("world", 1))),
                Route.get("/{name}", Greeting.class, request -> Greeting.of(request.get(NAME), request.get(TIMES)))
                        .access(Access.READ)
                        .summary("Greet somebody by name")
                        .parameter(NAME)
                        .parameter(TIMES)
                        .example(RouteExample.response(200, Greeting.of("Ada", 1))));
    }

    /**
     * The response of both routes.
     *
     * @param message the greeting
     */
    public record Greeting(String message) {
        static Greeting of(String name, int times) {
            return new Greeting("Hello, ".repeat(times) + name);
        }
    }
}
