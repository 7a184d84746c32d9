package dev.busbar.host.grants;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requested and granted permissions of platforms, as maintainers see them. */
final class PlatformGrantsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--platforms.grants=reports turbo:read glimpse:*");

    private static PluginJar asking(String id, String permissions) {
        return answering(id, "1.0.0").attribute("Busbar-Permissions", permissions);
    }

    private static JsonNode permissions(String id) throws Exception {
        return JSON.readTree(HOSTS.host().get("/admin/plugins/" + id).body()).path("permissions");
    }

    @Test
    void what_is_asked_for_and_what_is_granted_are_shown() throws Exception {
        HOSTS.host().install(asking("reports", "turbo:read, glimpse:write, datasets:read"));
        HOSTS.host().install(asking("echoes", "datasets:write, turbo:read"));
        HOSTS.host().install(asking("billing", "turbo:read"));
        HOSTS.host().install(answering("plain", "1.0.0"));

        assertThat(permissions("reports")).hasToString("""
                {"requested":["turbo:read","glimpse:write","datasets:read"],"granted":["glimpse:write","turbo:read"]}\
                """);
        assertThat(permissions("echoes").path("granted")).hasToString("[\"datasets:write\",\"turbo:read\"]");
        assertThat(permissions("billing")).hasToString("{\"requested\":[\"turbo:read\"],\"granted\":[]}");
        assertThat(permissions("plain")).hasToString("{\"requested\":[],\"granted\":[]}");
    }

    @Test
    void a_jar_that_requests_a_permission_on_the_host_is_rejected() throws Exception {
        var refused = HOSTS.host().install(asking("billing", "turbo:read, host:keys"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("Busbar-Permissions").contains("host:keys");
    }
}
