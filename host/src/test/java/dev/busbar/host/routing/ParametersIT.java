package dev.busbar.host.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Declared parameters, checked by a real host in front of handlers and beside the cache. */
final class ParametersIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static PluginJar shop(String version, int maxLimit) {
        return PluginJar.named("shop")
                .version(version)
                .members("""
                        static final Parameter<Integer> LIMIT =
                                Parameter.query("limit", Codec.INT.min(1).max(%d)).defaultValue(50);
                        static final Parameter<String> UNIT =
                                Parameter.header("X-Unit", Codec.STRING.oneOf("m", "ft")).required();
                        final AtomicInteger calls = new AtomicInteger();
                        """.formatted(maxLimit))
                .route("Route.get(\"/plain\", r -> Response.text(r.get(LIMIT) + \" \" + calls.incrementAndGet()))"
                        + ".access(Access.PUBLIC).parameter(LIMIT)")
                .route(
                        "Route.get(\"/cached\", r -> Response.text(r.get(LIMIT) + r.get(UNIT) + \" \" + calls.incrementAndGet()))"
                                + ".access(Access.PUBLIC).parameter(LIMIT).parameter(UNIT)"
                                + ".cache(CachePolicy.of(Duration.ofMinutes(5)).shared().survivesSwap().vary(\"X-Unit\"))");
    }

    private static void install(PluginJar jar) throws Exception {
        HttpResponse<String> installed = HOSTS.host().install(jar, "?allowDowngrade=true");
        assertThat(installed.statusCode()).as(installed.body()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(HOSTS.host().uri(path)).GET();
        return HOSTS.host().send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String cacheStatus(HttpResponse<String> response) {
        return response.headers().firstValue("cache-status").orElse("");
    }

    @Test
    void a_parameter_that_does_not_fit_is_422_and_the_handler_is_not_called() throws Exception {
        install(shop("1.0.0", 500));

        HttpResponse<String> refused = get("/api/shop/plain?limit=501");
        HttpResponse<String> twice = get("/api/shop/plain?limit=1&limit=2");
        HttpResponse<String> served = get("/api/shop/plain?limit=7&other=x");

        JsonNode problem = MAPPER.readTree(refused.body());
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(problem.get("type").asText()).isEqualTo("urn:busbar:problem:validation-failed");
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("?limit");
        assertThat(problem.at("/errors/0/detail").asText()).isEqualTo("\"501\" (expected: an integer from 1 to 500)");
        assertThat(twice.statusCode()).isEqualTo(422);
        assertThat(served.body()).isEqualTo("7 1");
    }

    @Test
    void a_request_that_does_not_fit_is_neither_stored_nor_answered_from_the_cache() throws Exception {
        install(shop("1.0.0", 500));
        String cached = "/api/shop/cached?limit=7";

        HttpResponse<String> missing = get(cached);
        HttpResponse<String> stored = get(cached, "X-Unit", "m");
        HttpResponse<String> hit = get(cached, "X-Unit", "m");
        HttpResponse<String> wrong = get(cached, "X-Unit", "yd");
        HttpResponse<String> again = get(cached, "X-Unit", "yd");

        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(missing.body()).contains("header X-Unit");
        assertThat(stored.body()).isEqualTo("7m 1");
        assertThat(cacheStatus(stored)).contains("stored");
        assertThat(hit.body()).isEqualTo("7m 1");
        assertThat(cacheStatus(hit)).contains("hit");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(cacheStatus(wrong)).doesNotContain("stored");
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(cacheStatus(again)).doesNotContain("hit");
    }

    @Test
    void responses_that_survive_a_swap_are_not_served_to_requests_that_no_longer_fit() throws Exception {
        install(shop("1.0.0", 500));
        assertThat(get("/api/shop/cached?limit=400", "X-Unit", "m").statusCode())
                .isEqualTo(200);

        install(shop("2.0.0", 100));

        assertThat(get("/api/shop/cached?limit=400", "X-Unit", "m").statusCode())
                .isEqualTo(422);
    }
}
