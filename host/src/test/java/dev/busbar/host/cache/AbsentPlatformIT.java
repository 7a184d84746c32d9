package dev.busbar.host.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of clients to a platform that is disabled, fails, or has an open circuit breaker. */
final class AbsentPlatformIT {
    private static final String STALE = "^busbar; fwd=stale; fwd-status=%d; ttl=-?\\d+$";

    @TempDir
    static Path data;

    private static TestHost host;
    private static String analyst = "";
    private static String stranger = "";
    private static int version;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data, "--swap.drainMargin=100ms", "--breaker.minimumCalls=5", "--breaker.pause=1h");
        analyst = newKey("analyst-1", "\"analyst\"");
        HttpResponse<String> role = host.send(host.request("/admin/roles/stranger")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"other:read\"]}")));
        assertThat(role.statusCode()).as(role.body()).isEqualTo(200);
        stranger = newKey("stranger-1", "\"stranger\"");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static String newKey(String name, String roles) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"" + name + "\",\"kind\":\"service\",\"roles\":[" + roles + "]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return new ObjectMapper().readTree(made.body()).get("key").asText();
    }

    private static PluginJar billing() {
        return PluginJar.named("billing")
                .version("1.0." + ++version)
                .members(
                        "private static volatile boolean failing;"
                                + " private static Response bill(Request r) { if (failing) throw new IllegalStateException();"
                                + " return Response.text(\"bill of \" + r.principal().map(Principal::id).orElse(\"nobody\")); }")
                .route("Route.get(\"/open\", r -> Response.text(\"open\")).access(Access.PUBLIC)")
                .route("Route.get(\"/closed\", r -> Response.text(\"closed\")).access(Access.READ)")
                .route("Route.get(\"/bills/{n}\", r -> bill(r)).access(Access.READ)"
                        + ".cache(CachePolicy.of(Duration.ofMillis(1)).staleIfError(Duration.ofHours(1)))")
                .route("Route.put(\"/bills/{n}\", r -> Response.noContent()).access(Access.WRITE)")
                .route("Route.get(\"/long\", r -> bill(r)).access(Access.READ)"
                        + ".cache(CachePolicy.of(Duration.ofHours(1)).staleIfError(Duration.ofHours(1)))")
                .route("Route.get(\"/fresh\", r -> bill(r)).access(Access.READ)"
                        + ".cache(CachePolicy.of(Duration.ofHours(1)))")
                .route("Route.get(\"/fail\", r -> { failing = true; return Response.noContent(); })"
                        + ".access(Access.READ)");
    }

    @BeforeEach
    void serve() throws Exception {
        host.change("billing", "enable");
        HttpResponse<String> installed = host.install(billing());
        assertThat(installed.statusCode()).as(installed.body()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String key, String path) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri("/api/billing" + path)).header("X-API-Key", key));
    }

    private static HttpResponse<String> anonymous(String path) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri("/api/billing" + path)));
    }

    private static void disable() throws Exception {
        assertThat(host.change("billing", "disable").statusCode()).isEqualTo(200);
    }

    private static String status(HttpResponse<String> response) {
        return response.headers().firstValue("Cache-Status").orElse("");
    }

    @Test
    void a_request_passes_the_chain_of_the_route_and_ends_in_a_503() throws Exception {
        disable();

        HttpResponse<String> open = anonymous("/open");
        assertThat(open.statusCode()).isEqualTo(503);
        assertThat(open.body()).contains("platform-unavailable").contains("\"platform\":\"billing\"");
        assertThat(open.headers().firstValue("Retry-After")).isPresent();
        assertThat(anonymous("/closed").statusCode()).isEqualTo(401);
        assertThat(get(stranger, "/closed").statusCode()).isEqualTo(403);
        assertThat(get(analyst, "/closed").statusCode()).isEqualTo(503);
        assertThat(get(analyst, "/closed").headers().firstValue("RateLimit")).isPresent();
        assertThat(get(analyst, "/not/there").statusCode()).isEqualTo(503);
        assertThat(anonymous("/not/there").statusCode()).isEqualTo(503);
        assertThat(host.get("/metrics").body()).contains("platform=\"billing\",route=\"/closed\",status=\"503\"");
    }

    @Test
    void a_client_gets_a_stale_response_while_the_platform_is_disabled() throws Exception {
        assertThat(get(analyst, "/bills/1").body()).startsWith("bill of ");
        disable();

        HttpResponse<String> stale = get(analyst, "/bills/1");

        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.body()).startsWith("bill of ");
        assertThat(status(stale)).matches(STALE.formatted(503));
        assertThat(stale.headers().firstValue("Age")).isPresent();
        assertThat(stale.headers().firstValue("Warning")).isEmpty();
        assertThat(stale.headers().firstValue("Retry-After")).isEmpty();
        assertThat(get(analyst, "/bills/2").statusCode()).isEqualTo(503);
    }

    @Test
    void a_fresh_response_is_served_too_if_it_may_replace_an_error() throws Exception {
        get(analyst, "/long");
        get(analyst, "/fresh");
        disable();

        assertThat(status(get(analyst, "/long"))).matches("busbar; hit; ttl=\\d+");
        HttpResponse<String> rejected = get(analyst, "/fresh");
        assertThat(rejected.statusCode()).isEqualTo(503);
        assertThat(status(rejected)).isEqualTo("busbar; fwd=bypass");
    }

    @Test
    void no_caller_gets_the_response_of_another() throws Exception {
        assertThat(get(analyst, "/bills/1").statusCode()).isEqualTo(200);
        disable();

        assertThat(get(host.key(), "/bills/1").statusCode()).isEqualTo(503);
        assertThat(get(stranger, "/bills/1").statusCode()).isEqualTo(403);
        assertThat(anonymous("/bills/1").statusCode()).isEqualTo(401);
    }

    @Test
    void an_invalidated_or_purged_response_is_not_served() throws Exception {
        get(analyst, "/bills/1");
        get(analyst, "/bills/2");
        HttpResponse<String> changed =
                host.send(host.request("/api/billing/bills/1").PUT(BodyPublishers.noBody()));
        assertThat(changed.statusCode()).isEqualTo(204);
        disable();

        assertThat(get(analyst, "/bills/1").statusCode()).isEqualTo(503);
        assertThat(get(analyst, "/bills/2").statusCode()).isEqualTo(200);
        host.post("/admin/cache/purge", "application/json", "{\"platform\":\"billing\"}");
        assertThat(get(analyst, "/bills/2").statusCode()).isEqualTo(503);
    }

    @Test
    void a_response_of_the_generation_before_is_not_served_when_the_platform_is_back() throws Exception {
        get(analyst, "/bills/1");
        disable();
        host.change("billing", "enable");

        assertThat(status(get(analyst, "/bills/1"))).isEqualTo("busbar; fwd=miss; stored");
    }

    @Test
    void a_stale_response_replaces_errors_while_the_platform_fails_and_while_its_breaker_is_open() throws Exception {
        get(analyst, "/bills/1");
        get(analyst, "/fail");

        HttpResponse<String> failing = get(analyst, "/bills/1");
        assertThat(failing.statusCode()).isEqualTo(200);
        assertThat(status(failing)).matches(STALE.formatted(500));

        HttpResponse<String> rejected = get(analyst, "/bills/9");
        for (int i = 0; rejected.statusCode() == 500 && i < 20; i++) {
            rejected = get(analyst, "/bills/9");
        }
        assertThat(rejected.body()).contains("circuit breaker of the platform is open");
        HttpResponse<String> paused = get(analyst, "/bills/1");
        assertThat(paused.statusCode()).isEqualTo(200);
        assertThat(status(paused)).matches(STALE.formatted(503));
    }

    @Test
    void the_contract_of_the_last_generation_applies() throws Exception {
        HttpResponse<String> changed = host.install(PluginJar.named("billing")
                .version("1.0." + ++version)
                .route("Route.get(\"/open\", r -> Response.text(\"open\")).access(Access.READ)"));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        disable();

        assertThat(anonymous("/open").statusCode()).isEqualTo(401);
        assertThat(get(stranger, "/open").statusCode()).isEqualTo(403);
        assertThat(get(analyst, "/bills/1").statusCode()).isEqualTo(503);
    }
}
