package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The request as the handler of a route with cached responses sees it. */
final class CachedRouteTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofMinutes(1));

    private static String seen(Route route, UnaryOperator<TestCall> call) throws Exception {
        Platform platform = new Platform() {
            @Override
            public List<Route> routes() {
                return List.of(route.access(Access.READ));
            }
        };
        try (PlatformHarness harness = PlatformHarness.start(platform)) {
            return call.apply(harness.get("/")).call().text();
        }
    }

    private static Response tell(Request request) throws IOException {
        return Response.text(request.principal().isPresent() + " "
                + request.header("X-Unit").orElse("-") + " "
                + request.header("X-Forwarded-Host").orElse("-") + " "
                + request.header("Prefer").orElse("-") + " "
                + request.body().readAllBytes().length);
    }

    @Test
    void a_handler_sees_only_what_is_part_of_the_cache_key() throws Exception {
        UnaryOperator<TestCall> full = call -> call.body("text/plain", "body")
                .header("X-Unit", "m")
                .header("X-Forwarded-Host", "evil")
                .header("Prefer", "o");

        Route plain = Route.get("/", CachedRouteTest::tell);

        Route declared =
                plain.parameter(Parameter.header("X-Unit", Codec.STRING).optional());

        assertThat(seen(plain, full)).isEqualTo("true - - o 4");
        assertThat(seen(declared, full)).isEqualTo("true m - o 4");
        assertThat(seen(plain.cache(MINUTE.vary("X-Unit")), full)).isEqualTo("true m - - 0");
        assertThat(seen(plain.cache(MINUTE.shared()), full)).isEqualTo("false - - - 0");
    }
}
