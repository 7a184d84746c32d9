package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The health checks of a platform that serves: run for as long as it does, and shown. */
final class HealthChecksIT {
    private static final String VERDICT = "busbar.test.health";

    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.healthInterval=50ms");

    private final Map<String, String> verdict = new ConcurrentHashMap<>();

    @BeforeEach
    void pass() {
        System.getProperties().put(VERDICT, verdict);
    }

    @AfterAll
    static void forget() {
        System.getProperties().remove(VERDICT);
    }

    private static PluginJar jar(String version) {
        return PluginJar.named("billing")
                .version(version)
                .members("@Override public List<HealthCheck> healthChecks() {"
                        + " return List.of(HealthCheck.of(\"database\", () -> {"
                        + " Map<?, ?> verdict = (Map<?, ?>) System.getProperties().get(\"" + VERDICT + "\");"
                        + " if (verdict.containsKey(\"hang\")) { new CountDownLatch(1).await(); }"
                        + " if (verdict.containsKey(\"throw\")) { throw new IOException(\"cut\"); }"
                        + " return verdict.containsKey(\"fail\") ? HealthCheck.Health.fail(\"no database\")"
                        + " : HealthCheck.Health.pass(); })); }")
                .route("Route.get(\"/\", r -> Response.text(\"" + version + "\")).access(Access.PUBLIC)");
    }

    private static void awaitHealth(String status, String detail) {
        await().untilAsserted(() -> assertThat(HOSTS.plugins().health("billing"))
                .singleElement()
                .satisfies(health -> {
                    assertThat(health.check()).isEqualTo("database");
                    assertThat(health.status()).isEqualTo(status);
                    assertThat(health.detail()).contains(detail);
                }));
    }

    private static String metric() throws Exception {
        return HOSTS.host()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("busbar_platform_health{"))
                .findFirst()
                .orElse("");
    }

    @Test
    void a_check_that_fails_after_the_publish_is_seen_and_so_is_its_recovery() throws Exception {
        HOSTS.host().install(jar("1.0.0"));
        awaitHealth("pass", "");

        verdict.put("fail", "");
        awaitHealth("fail", "no database");

        assertThat(HOSTS.host().get("/admin/plugins/billing").body())
                .contains("\"check\":\"database\",\"status\":\"fail\",\"detail\":\"no database\"");
        assertThat(metric())
                .contains("check=\"database\"", "platform=\"billing\"")
                .endsWith(" 0.0");
        assertThat(HOSTS.host().get("/api/billing").body()).isEqualTo("1.0.0");
        verdict.clear();
        awaitHealth("pass", "");
        assertThat(metric()).endsWith(" 1.0");
    }

    @Test
    void a_check_that_throws_has_failed() throws Exception {
        HOSTS.host().install(jar("1.0.0"));

        verdict.put("throw", "");

        awaitHealth("fail", "it threw java.io.IOException: cut");
    }

    @Test
    void a_check_that_hangs_has_failed_and_does_not_keep_a_swap() throws Exception {
        HOSTS.host().install(jar("1.0.0"));
        verdict.put("hang", "");
        awaitHealth("fail", "no result within");
        verdict.clear();

        assertThat(HOSTS.host().install(jar("2.0.0")).statusCode()).isEqualTo(200);

        assertThat(HOSTS.host().get("/api/billing").body()).isEqualTo("2.0.0");
        awaitHealth("pass", "");
    }

    @Test
    void a_platform_that_does_not_serve_has_no_health() throws Exception {
        HOSTS.host().install(jar("1.0.0"));

        HOSTS.host().change("billing", "disable");

        assertThat(HOSTS.plugins().health("billing")).isEmpty();
        assertThat(metric()).isEmpty();
    }
}
