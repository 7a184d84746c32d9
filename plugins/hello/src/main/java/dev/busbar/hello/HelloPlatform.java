package dev.busbar.hello;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.util.List;
import org.pf4j.Extension;

/** Greets: the world without credentials, anybody by name with the permission {@code hello:read}. */
@Extension
public final class HelloPlatform implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/", request -> greet("world"))
                        .access(Access.PUBLIC)
                        .summary("Greet the world")
                        .returns(Greeting.class)
                        .example(RouteExample.response(200, new Greeting("Hello, world"))),
                Route.get("/{name}", HelloPlatform::greetByName)
                        .access(Access.READ)
                        .summary("Greet somebody by name")
                        .parameter(Parameter.path("name")
                                .description("whom to greet")
                                .example("Ada"))
                        .returns(Greeting.class)
                        .example(RouteExample.response(200, new Greeting("Hello, Ada"))));
    }

    private static Response greetByName(Request request) {
        return greet(request.pathParameter("name"));
    }

    private static Response greet(String name) {
        return Response.json(new Greeting("Hello, " + name));
    }

    /**
     * What both routes answer.
     *
     * @param message the greeting
     */
    public record Greeting(String message) {}
}
