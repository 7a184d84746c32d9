package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.TestHost;
import java.security.Security;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Generations that are not unloaded, as a maintainer sees them. */
final class SuspectsIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static final ObjectMapper JSON = new ObjectMapper();

    @AfterEach
    void undo() {
        Security.removeProvider("Leaky");
    }

    private static JsonNode unload(TestHost host) throws Exception {
        return JSON.readTree(host.get("/admin/plugins/leaky/generations").body())
                .get(1)
                .path("unload");
    }

    @Test
    void the_generations_name_who_holds_one_that_is_retired() throws Exception {
        TestHost host = HOSTS.host();
        host.install(answering("leaky", "1.0.0")
                .members("@Override public void start(PlatformContext context) { java.security.Security.addProvider("
                        + "new java.security.Provider(\"Leaky\", \"1\", \"of a test\") { }); }"));

        host.install(answering("leaky", "2.0.0"));

        await("a collection that spares it").untilAsserted(() -> {
            System.gc();
            assertThat(unload(host).path("suspects")).hasToString("[\"security provider Leaky\"]");
        });
        assertThat(unload(host).path("collected").asBoolean()).isFalse();
        assertThat(HOSTS.plugins().uncollected()).isEqualTo(Map.of("leaky", 1L));
        Security.removeProvider("Leaky");
        await("it goes once nobody holds it").untilAsserted(() -> {
            System.gc();
            assertThat(HOSTS.plugins().uncollected()).isEmpty();
        });
        assertThat(unload(host).path("collected").asBoolean()).isTrue();
    }
}
