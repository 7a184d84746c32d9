package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.StallingProxy;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole host on a PostgreSQL server. */
final class PostgresqlIT {
    @Test
    void desired_state_and_keys_outlive_a_node_and_its_disk(@TempDir Path first, @TempDir Path second)
            throws Exception {
        StoreSettings store = Databases.emptyPostgresql();
        String[] arguments = {"--store.url=" + store.url(), "--store.user=" + store.user()};
        String key;
        try (TestHost host = TestHost.start(first, arguments)) {
            key = host.key();
            assertThat(host.install(answering("1.0.0")).statusCode()).isEqualTo(200);
            assertThat(host.install(answering("2.0.0")).statusCode()).isEqualTo(200);
            assertThat(host.change("billing", "rollback").statusCode()).isEqualTo(200);
        }

        try (TestHost host = TestHost.startWithKey(second, key, arguments)) {
            assertThat(host.get("/api/billing/version").body()).isEqualTo("1.0.0");
            assertThat(host.install(answering("2.0.0")).statusCode()).isEqualTo(200);
            assertThat(host.get("/api/billing/version").body()).isEqualTo("2.0.0");
        }
    }

    @Test
    void a_database_that_hangs_holds_no_caller_and_a_disable_takes_effect(@TempDir Path data) throws Exception {
        StoreSettings store = Databases.postgresql();
        try (StallingProxy proxy = new StallingProxy(Databases.port(store));
                TestHost host = TestHost.start(
                        data,
                        "--store.url=" + Databases.through(proxy.port(), store),
                        "--store.user=" + store.user(),
                        "--store.connectTimeout=1s")) {
            assertThat(host.install(answering("1.0.0")).statusCode()).isEqualTo(200);
            proxy.stall();
            long began = System.nanoTime();

            HttpResponse<String> disabled = host.change("billing", "disable");
            HttpResponse<String> installed = host.install(answering("2.0.0"));

            assertThat(disabled.statusCode()).as(disabled.body()).isEqualTo(200);
            assertThat(installed.statusCode()).as(installed.body()).isEqualTo(503);
            assertThat(host.get("/api/billing/version").statusCode()).isEqualTo(503);
            assertThat(host.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));

            proxy.resume();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            host.change("billing", "enable").statusCode())
                    .isEqualTo(200));
            assertThat(host.get("/api/billing/version").body()).isEqualTo("1.0.0");
        }
    }

    private static PluginJar answering(String version) {
        return PluginJar.named("billing")
                .version(version)
                .route("Route.get(\"/version\", r -> Response.text(\"" + version + "\")).access(Access.PUBLIC)");
    }
}
