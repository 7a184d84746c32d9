package dev.busbar.host.generation;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Code of a plugin that does not return, of each kind of entry: a maintainer sees it with its stack, it is interrupted, and it
 * is counted. Test and plugin meet in the system properties.
 */
final class RunningEntriesIT {
    @RegisterExtension
    final HostExtension hosts =
            new HostExtension("--swap.startLimit=1s", "--swap.closeLimit=500ms", "--swap.drainMargin=100ms");

    private static final String SEEN = "busbar.test.seen";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Hangs whatever interrupts it, until the test says so. */
    private static final String HANG = "@SuppressWarnings(\"unchecked\") static Map<String, Object> seen() {"
            + " return (Map<String, Object>) System.getProperties().get(\"" + SEEN + "\"); }"
            + " static void hang() { seen().put(\"in\", 1); while (!seen().containsKey(\"go\")) {"
            + " if (Thread.interrupted()) { seen().merge(\"interrupts\", 1, (a, b) -> (Integer) a + 1); } } }";

    private final Map<String, Object> seen = new ConcurrentHashMap<>();
    private TestHost host;

    @BeforeEach
    void begin() {
        Properties properties = System.getProperties();
        properties.put(SEEN, seen);
        host = hosts.host();
    }

    @AfterEach
    void letGo() {
        seen.put("go", 1);
    }

    private static PluginJar hanging(String members) {
        return PluginJar.named("billing")
                .members(HANG)
                .members(members)
                .route("Route.get(\"/\", r -> Response.text(\"\")).access(Access.PUBLIC)"
                        + ".deadline(Duration.ofMillis(100))");
    }

    private JsonNode generation(int index) throws Exception {
        return JSON.readTree(host.get("/admin/plugins/billing/generations").body())
                .get(index);
    }

    private JsonNode running(int index) throws Exception {
        return generation(index).path("running").path(0);
    }

    private void shown(int index, String kind, String label) throws Exception {
        JsonNode shown = running(index);
        assertThat(shown.path("kind").asText()).isEqualTo(kind);
        assertThat(shown.path("label").asText()).isEqualTo(label);
        assertThat(shown.path("stack").toString()).contains("testplugin.TestPlatform.hang");
        assertThat(shown.path("correlationId").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task | task testplugin.TestPlatform | c.executor().execute(() -> hang());",
                "task | scheduled task testplugin.TestPlatform | c.scheduler().after(Duration.ZERO, () -> hang());",
                "tick | task every PT0.01S testplugin.TestPlatform |"
                        + " c.scheduler().every(Duration.ofMillis(10), () -> hang());"
            })
    void a_task_that_hangs_is_shown_with_its_stack_and_interrupted_at_the_drain_limit(
            String kind, String label, String start) throws Exception {
        host.install(hanging("@Override public void start(PlatformContext c) { " + start + " }"));
        await().until(() -> seen.containsKey("in"));

        shown(0, kind, label);
        assertThat(running(0).path("overdueMillis").isNull()).isTrue();
        assertThat(host.get("/metrics").body())
                .contains("busbar_entries_running{generation=\""
                        + generation(0).path("generation").asText() + "\",kind=\"" + kind + "\",plugin=\"billing\"} 1");
        assertThat(seen).doesNotContainKey("interrupts");
        host.install(answering("billing", "2.0.0"));

        await().untilAsserted(() -> assertThat(seen).containsKey("interrupts"));
        shown(1, kind, label);
        letGo();
        await().untilAsserted(() -> assertThat(running(1).isMissingNode()).isTrue());
        assertThat(host.get("/metrics").body())
                .contains("busbar_entries_total{kind=\"" + kind + "\",outcome=\"returned\",platform=\"billing\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start() | @Override public void start(PlatformContext c) { hang(); }",
                "routes() | static Route late() { hang(); return Route.get(\"/late\", r -> Response.noContent()); }",
                "constructor | { hang(); }",
                "health check \"db\" | @Override public List<HealthCheck> healthChecks() { return List.of("
                        + "HealthCheck.of(\"db\", () -> { hang(); return HealthCheck.Health.pass(); })); }"
            })
    void a_start_that_hangs_is_shown_as_overdue_and_interrupted(String label, String members) throws Exception {
        PluginJar jar = hanging(members);
        assertThat(host.install(label.equals("routes()") ? jar.route("late()") : jar)
                        .statusCode())
                .isEqualTo(422);

        assertThat(generation(0).path("state").asText()).isIn("STARTING", "FAILED"); // closing takes a moment
        shown(0, "lifecycle", label);
        assertThat(running(0).path("overdueMillis").asLong()).isNotNegative();
        await().untilAsserted(() -> assertThat(seen).containsKey("interrupts"));
        letGo();
        await().untilAsserted(() -> assertThat(running(0).isMissingNode()).isTrue());
    }

    @Test
    void a_close_that_hangs_is_shown_as_overdue_and_interrupted() throws Exception {
        host.install(hanging("@Override public void close() { hang(); }"));
        host.install(answering("billing", "2.0.0"));

        await().untilAsserted(
                        () -> assertThat(generation(1).path("state").asText()).isEqualTo("RETIRED"));

        shown(1, "lifecycle", "close()");
        assertThat(running(1).path("overdueMillis").asLong()).isNotNegative();
        assertThat(generation(1).path("inside").asInt()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(seen).containsKey("interrupts"));
        letGo();
        await().untilAsserted(() -> assertThat(running(1).isMissingNode()).isTrue());
    }

    @Test
    void a_task_runs_for_the_request_that_has_started_it() throws Exception {
        host.install(answering("billing", "1.0.0")
                .members(HANG)
                .members("static PlatformContext context;"
                        + " @Override public void start(PlatformContext c) { context = c; }")
                .route("Route.get(\"/begin\", r -> { context.executor().execute(() -> hang());"
                        + " return Response.text(\"\"); }).access(Access.PUBLIC)"));

        host.send(host.request("/api/billing/begin").header("X-Correlation-ID", "order-00007"));

        await().until(() -> seen.containsKey("in"));
        assertThat(running(0).path("correlationId").asText()).isEqualTo("order-00007");
        letGo();
    }
}
