package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.StallingProxy;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose PostgreSQL server hangs, with the default limits of connections. */
final class StoreOutageIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Far more than a request takes, and far less than a connection may take to open. */
    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    private static final PluginJar JAR = PluginJar.named("billing")
            .route("Route.get(\"/bills\", r -> Response.text(\"bills\")).access(Access.READ)");

    @Test
    void callers_with_known_keys_do_not_wait_and_everything_else_says_what_is_wrong(@TempDir Path data)
            throws Exception {
        StoreSettings store = Databases.postgresql();
        try (StallingProxy proxy = new StallingProxy(Databases.port(store));
                TestHost host = TestHost.start(
                        data,
                        "--store.url=" + Databases.through(proxy.port(), store),
                        "--store.user=" + store.user())) {
            assertThat(host.install(JAR).statusCode()).isEqualTo(200);
            List<TestHost> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                callers.add(host.withKey(newKey(host, i)));
            }
            for (TestHost caller : callers) {
                assertThat(caller.get("/api/billing/bills").statusCode()).isEqualTo(200);
            }
            proxy.stall();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(host.get("/health/ready").body())
                            .contains("\"status\":\"warn\"", "\"store\"", "503"));

            for (int round = 0; round < 5; round++) {
                for (TestHost caller : callers) {
                    long began = System.nanoTime();
                    HttpResponse<String> answer = caller.get("/api/billing/bills");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
                }
            }
            assertThat(host.get("/metrics").body())
                    .contains("busbar_store_available 0.0")
                    .contains("busbar_store_connections{state=\"waiting\"}");
            assertNow503(host.get("/admin/keys"));
            assertNow503(host.post("/admin/keys", "application/json", "{\"name\":\"k\",\"owner\":\"admin\"}"));

            proxy.resume();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(host.get("/health/ready").body()).isEqualTo("{\"status\":\"pass\"}"));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(host.get("/admin/keys").statusCode()).isEqualTo(200));
        }
    }

    private static void assertNow503(HttpResponse<String> answer) throws Exception {
        JsonNode problem = MAPPER.readTree(answer.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(problem.get("type").asText()).isEqualTo("urn:busbar:problem:temporarily-unavailable");
        assertThat(problem.get("detail").asText()).contains("store");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private static String newKey(TestHost host, int number) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"caller-" + number + "\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return MAPPER.readTree(made.body()).get("key").asText();
    }
}
