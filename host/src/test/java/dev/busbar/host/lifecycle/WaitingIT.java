package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plugins that cannot start yet: they wait for required platforms, or are retried. */
final class WaitingIT {
    @RegisterExtension
    final HostExtension hosts =
            new HostExtension("--swap.startLimit=500ms", "--swap.retryFirst=50ms", "--swap.retryLongest=200ms");

    private static PluginJar needing(String id, String version, String requirements) {
        return answering(id, version).attribute("Plugin-Dependencies", requirements);
    }

    private Path drop(String name, PluginJar jar) {
        return jar.write(hosts.folder().resolve(name));
    }

    private void serves(String id, String text) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(8))
                .untilAsserted(
                        () -> assertThat(hosts.host().get("/api/" + id).body()).isEqualTo(text));
    }

    private PluginView view(String id) {
        return hosts.plugins().find(id).orElseThrow();
    }

    @Test
    void a_plugin_starts_when_the_platform_it_requires_is_there() {
        hosts.host();
        Path orders = drop("orders.jar", needing("orders", "1.0.0", "billing@>=1.2"));
        ReceiptFile.await(orders, "WAITING", "it requires billing >=1.2, which does not run; install it");

        drop("billing.jar", answering("billing", "1.2.0"));

        serves("orders", "1.0.0");
        ReceiptFile.await(orders, "ACTIVE", "");
    }

    @Test
    void clients_are_told_that_it_waits() throws Exception {
        var installed = hosts.host().install(needing("orders", "1.0.0", "billing"));

        assertThat(installed.statusCode()).isEqualTo(202);
        assertThat(installed.body()).contains("WAITING", "it requires billing");
        var answer = hosts.host().get("/api/orders");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("platform-unavailable", "it waits for a platform");
    }

    @Test
    void another_version_than_the_one_that_runs_is_asked_for_by_name() throws Exception {
        hosts.host().install(answering("billing", "2.0.0"));

        var installed = hosts.host().install(needing("orders", "1.0.0", "billing@>=1.2 & <2"));

        assertThat(installed.body()).contains("it requires billing >=1.2 & <2, and version 2.0.0 runs");
        hosts.host().install(answering("billing", "1.9.0"), "?allowDowngrade=true");
        serves("orders", "1.0.0");
    }

    @Test
    void an_optional_requirement_is_not_waited_for() throws Exception {
        var installed = hosts.host().install(needing("orders", "1.0.0", "billing?@>=1.2"));

        assertThat(installed.statusCode()).isEqualTo(200);
        assertThat(installed.body()).contains("\"optional\":true");
        assertThat(hosts.host().get("/api/orders").body()).isEqualTo("1.0.0");
    }

    @Test
    void plugins_that_wait_for_each_other_are_told_so() {
        hosts.host();
        Path orders = drop("orders.jar", needing("orders", "1.0.0", "stock"));
        Path stock = drop("stock.jar", needing("stock", "1.0.0", "billing"));
        Path billing = drop("billing.jar", needing("billing", "1.0.0", "orders"));

        for (Path jar : new Path[] {orders, stock, billing}) {
            ReceiptFile.await(jar, "WAITING", "in its turn; one of them has to do without the other");
        }

        drop("stock.jar", needing("stock", "1.1.0", "billing?"));
        serves("stock", "1.1.0");
        serves("orders", "1.0.0");
        serves("billing", "1.0.0");
    }

    @Test
    void a_running_dependent_is_not_stopped_when_its_requirement_is_removed() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.host().install(needing("orders", "1.0.0", "billing"));

        hosts.host().remove("billing");

        assertThat(hosts.host().get("/api/orders").body()).isEqualTo("1.0.0");
        assertThat(view("orders").state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void a_host_starts_its_plugins_in_the_order_they_need() throws Exception {
        hosts.host().install(needing("alpha", "1.0.0", "beta"));
        hosts.host().install(needing("beta", "1.0.0", "gamma"));
        hosts.host().install(answering("gamma", "1.0.0"));
        serves("alpha", "1.0.0");

        hosts.restart();

        assertThat(hosts.host().get("/api/alpha").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_waiting_plugin_still_waits_after_a_restart() throws Exception {
        hosts.host().install(needing("orders", "1.0.0", "billing"));

        hosts.restart();

        assertThat(view("orders").state()).isEqualTo(PluginState.WAITING);
        hosts.host().install(answering("billing", "1.0.0"));
        serves("orders", "1.0.0");
    }

    @Test
    void a_newer_version_waits_beside_the_older_one_that_serves() throws Exception {
        Path jar = drop("orders.jar", answering("orders", "1.0.0"));
        serves("orders", "1.0.0");
        drop("orders.jar", needing("orders", "2.0.0", "billing"));
        ReceiptFile.await(jar, "WAITING", "it requires billing, which does not run; install it, and this one starts");
        assertThat(hosts.host().get("/api/orders").body()).isEqualTo("1.0.0");

        drop("billing.jar", answering("billing", "1.0.0"));

        serves("orders", "2.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
    }

    @Test
    void a_newer_version_through_the_api_is_refused_while_it_would_have_to_wait() throws Exception {
        hosts.host().install(answering("orders", "1.0.0"));

        var refused = hosts.host().install(needing("orders", "2.0.0", "billing"));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("it requires billing", "version 1.0.0 serves until then");
        assertThat(hosts.host().get("/api/orders").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_start_that_fails_is_tried_again_until_it_succeeds() throws Exception {
        Path database = hosts.data().resolve("database.up");
        Path jar = drop(
                "billing.jar",
                answering("billing", "1.0.0")
                        .members("public void start(PlatformContext context) throws IOException {"
                                + " if (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + database + "\"))) {"
                                + " throw new IOException(\"no database\"); } }"));
        hosts.host();
        ReceiptFile.await(jar, "FAILED", "; version 1.0.0 is retried in");

        Files.createFile(database);

        serves("billing", "1.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
    }

    @Test
    void what_was_started_through_the_api_is_not_tried_again() throws Exception {
        var refused = hosts.host()
                .install(
                        answering("billing", "1.0.0")
                                .members(
                                        "public void start(PlatformContext context) { throw new IllegalStateException(\"no\"); }"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).doesNotContain("retried");
        assertThat(hosts.plugins().generations("billing")).hasSize(1);
    }

    @Test
    void a_start_that_still_hangs_is_not_begun_a_second_time() throws Exception {
        Path gate = hosts.data().resolve("gate");
        Path jar = drop(
                "billing.jar",
                answering("billing", "1.0.0")
                        .members("public void start(PlatformContext context) {"
                                + " while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + gate + "\"))) {"
                                + " java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); } }"));
        hosts.host();
        ReceiptFile.await(jar, "FAILED", "its start was not done within");
        hosts.host().install(answering("marker", "1.0.0"));

        Files.createFile(gate);

        serves("billing", "1.0.0");
        long begun = hosts.plugins().generations("billing").size();
        assertThat(begun).as("one hung, and one served").isEqualTo(2);
    }
}
