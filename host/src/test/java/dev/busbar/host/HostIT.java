package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class HostIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    @Test
    void an_installed_jar_is_served_and_a_newer_one_takes_its_place() throws Exception {
        PluginJar jar = PluginJar.named("billing")
                .route("Route.get(\"/bills\", r -> Response.text(\"old\")).access(Access.PUBLIC)");
        PluginJar newer = PluginJar.named("billing")
                .version("2.0.0")
                .route("Route.get(\"/bills\", r -> Response.text(\"new\")).access(Access.PUBLIC)");
        TestHost host = HOSTS.host();

        assertThat(host.install(jar).statusCode()).isEqualTo(200);
        assertThat(host.get("/api/billing/bills").body()).isEqualTo("old");
        assertThat(host.install(newer).statusCode()).isEqualTo(200);
        assertThat(host.get("/api/billing/bills").body()).isEqualTo("new");
    }

    @Test
    void a_handler_may_take_longer_than_a_connection_may_be_idle(@TempDir Path data) throws Exception {
        PluginJar jar = PluginJar.named("slow")
                .members("final CountDownLatch never = new CountDownLatch(1);")
                .route(
                        "Route.get(\"/\", r -> { never.await(900, TimeUnit.MILLISECONDS); return Response.text(\"done\"); })"
                                + ".access(Access.PUBLIC)");

        try (TestHost host = TestHost.start(data, "--http.idleTimeout=300ms")) {
            host.install(jar);

            assertThat(host.get("/api/slow").body()).isEqualTo("done");
        }
    }
}
