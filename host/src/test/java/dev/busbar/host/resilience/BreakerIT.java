package dev.busbar.host.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failing platform, an overloaded host and a shortened deadline, as a client sees them. */
final class BreakerIT {
    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(
                data,
                "--breaker.minimumCalls=5",
                "--breaker.pause=1h",
                "--shedding.inFlight=2",
                "--swap.drainMargin=100ms");
        host.install(
                PluginJar.named("calm").route("Route.get(\"/\", r -> Response.text(\"calm\")).access(Access.PUBLIC)"));
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static PluginJar failing(String version, boolean fails) {
        return PluginJar.named("failing")
                .version(version)
                .route("Route.get(\"/\", r -> { if (" + fails + ") throw new IllegalStateException(); return"
                        + " Response.text(\"ok\"); }).access(Access.PUBLIC)");
    }

    @Test
    void a_failing_platform_is_rejected_at_once_until_it_is_replaced() throws Exception {
        host.install(failing("1.0.0", true));
        for (int i = 0; i < 5; i++) {
            assertThat(host.get("/api/failing/").statusCode()).isEqualTo(500);
        }

        HttpResponse<String> rejected = host.get("/api/failing/");
        assertThat(rejected.statusCode()).isEqualTo(503);
        assertThat(rejected.headers().firstValue("Retry-After")).contains("3600");
        assertThat(rejected.body()).contains("platform-overloaded").contains("\"platform\":\"failing\"");
        assertThat(host.get("/metrics").body())
                .contains("busbar_breaker_state{platform=\"failing\"} 2.0")
                .contains("busbar_breaker_state{platform=\"calm\"} 0.0")
                .contains("busbar_breaker_refusals_total{platform=\"failing\"} 1.0");
        assertThat(host.get("/api/calm/").body()).isEqualTo("calm");

        host.install(failing("1.0.1", false));
        assertThat(host.get("/api/failing/").body()).isEqualTo("ok");
    }

    @Test
    void a_client_may_shorten_the_deadline() throws Exception {
        host.install(
                PluginJar.named("slow")
                        .route(
                                "Route.get(\"/\", r -> { new CountDownLatch(1).await(); return Response.noContent(); }).access(Access.PUBLIC).deadline(Duration.ofMinutes(5))"));

        HttpResponse<String> late = host.send(host.request("/api/slow/").header("Prefer", "wait=1"));

        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.body()).contains("no response within PT1S");
        assertThat(late.headers().firstValue("Preference-Applied")).contains("wait=1");
    }

    @Test
    void an_overloaded_host_rejects_platform_requests_and_serves_its_own_routes() throws Exception {
        host.install(
                PluginJar.named("waiting")
                        .members(
                                "static final Semaphore IN = new Semaphore(0); static final Semaphore OUT = new Semaphore(0);")
                        .route(
                                "Route.get(\"/\", r -> { IN.release(); OUT.acquire(); return Response.noContent(); }).access(Access.PUBLIC)")
                        .route(
                                "Route.get(\"/in\", r -> { IN.acquire(); return Response.noContent(); }).access(Access.PUBLIC)"));
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<Integer> one = ask(clients);
            assertThat(host.get("/api/waiting/in").statusCode()).isEqualTo(204);
            CompletableFuture<Integer> two = ask(clients);
            HttpResponse<String> rejected = host.get("/api/calm/");
            while (rejected.statusCode() == 200) { // the second one is on its way
                rejected = host.get("/api/calm/");
            }

            assertThat(rejected.statusCode()).isEqualTo(503);
            assertThat(rejected.body()).contains("host-overloaded");
            assertThat(rejected.headers().firstValue("Retry-After")).isPresent();
            assertThat(host.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(host.get("/metrics").body()).contains("busbar_shed_total");
            assertThat(host.change("waiting", "disable").statusCode()).isEqualTo(200);
            assertThat(one.join()).isIn(204, 503, 504);
            assertThat(two.join()).isIn(204, 503, 504);
        } finally {
            clients.shutdownNow();
        }
        assertThat(host.get("/api/calm/").statusCode()).isEqualTo(200);
    }

    private static CompletableFuture<Integer> ask(ExecutorService clients) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return host.get("/api/waiting/").statusCode();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                clients);
    }
}
