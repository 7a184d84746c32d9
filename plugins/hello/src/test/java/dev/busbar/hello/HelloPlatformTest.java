package dev.busbar.hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.hello.HelloPlatform.Greeting;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HelloPlatformTest {
    private final HelloPlatform platform = new HelloPlatform();

    @Test
    void the_world_is_greeted_without_credentials() throws Exception {
        Route route = route("/");

        Response response = route.handler().handle(request(Map.of()));

        assertThat(route.access()).contains(Access.PUBLIC);
        assertThat(response.body()).isEqualTo(new Response.Body.Json(new Greeting("Hello, world")));
    }

    @Test
    void somebody_is_greeted_by_name() throws Exception {
        Route route = route("/{name}");

        Response response = route.handler().handle(request(Map.of("name", "Ada Lovelace")));

        assertThat(route.access()).contains(Access.READ);
        assertThat(response.body()).isEqualTo(new Response.Body.Json(new Greeting("Hello, Ada Lovelace")));
    }

    private Route route(String path) {
        return platform.routes().stream()
                .filter(route -> route.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static Request request(Map<String, String> pathParameters) {
        return (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(),
                new Class<?>[] {Request.class},
                (proxy, method, arguments) -> pathParameters.get((String) arguments[0]));
    }
}
