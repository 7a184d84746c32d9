package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import dev.busbar.host.testing.Wire.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host whose admin API has a listener of its own. */
final class AdminListenerIT {
    @TempDir
    static Path data;

    private static TestHost host;
    private static int adminPort;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data, "--admin.bind=127.0.0.1:0");
        adminPort = URI.create(host.host().adminUrl().orElseThrow()).getPort();
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static Answer ask(int port, String path, String... lines) throws IOException {
        try (Wire wire = Wire.to(port)) {
            return wire.lines("GET " + path + " HTTP/1.1", "Host: localhost")
                    .lines(lines)
                    .text("\r\n")
                    .read();
        }
    }

    private static Answer known(int port, String path) throws IOException {
        return ask(port, path, "X-API-Key: " + host.key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/keys", "/admin/plugins", "/admin/nothing", "/admin/"})
    void the_admin_api_is_unknown_where_clients_come_in(String path) throws Exception {
        Answer refused = known(host.host().port(), path);
        Answer stranger = ask(host.host().port(), path);

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.problem()).isEqualTo("not-found");
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(stranger.problem()).isEqualTo("unauthenticated");
    }

    @Test
    void a_method_does_not_tell_that_it_is_there_either() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines("DELETE /admin/keys HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key(), "")
                    .read();

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.headers()).doesNotContainKey("Allow");
        }
    }

    @Test
    void its_own_listener_serves_it_and_what_its_console_needs_and_no_platform() throws Exception {
        assertThat(known(adminPort, "/admin/keys").status()).isEqualTo(200);
        assertThat(known(adminPort, "/auth/whoami").status()).isEqualTo(200);
        assertThat(ask(adminPort, "/").status()).isEqualTo(200);
        assertThat(ask(adminPort, "/health/ready").status()).isEqualTo(200);
        assertThat(ask(adminPort, "/admin/keys").status()).isEqualTo(401);
        assertThat(known(adminPort, "/api/lab").status()).isEqualTo(404);
        assertThat(known(adminPort, "/api/lab").body()).contains("there is no route at this path");
    }

    @Test
    void each_listener_describes_what_it_answers() throws Exception {
        Answer main = known(host.host().port(), "/openapi.json");
        Answer admin = known(adminPort, "/openapi.json");

        assertThat(main.status()).isEqualTo(200);
        assertThat(main.body()).contains("\"/auth/whoami\"").doesNotContain("/admin/");
        assertThat(admin.body()).contains("\"/auth/whoami\"", "\"/admin/keys\"").doesNotContain("\"/api/lab");
    }

    @Test
    void a_name_that_was_pointed_at_it_gets_nothing() throws Exception {
        try (Wire wire = Wire.to(adminPort)) {
            Answer answer = wire.lines("GET /admin/keys HTTP/1.1", "Host: evil.org", "X-API-Key: " + host.key(), "")
                    .read();

            assertThat(answer.status()).isEqualTo(421);
        }
    }

    @Test
    void the_run_file_names_both_addresses() throws Exception {
        JsonNode run = new ObjectMapper().readTree(data.resolve("busbar.json").toFile());

        assertThat(run.get("url").asText()).isEqualTo(host.host().url());
        assertThat(run.get("port").asInt()).isEqualTo(host.host().port());
        assertThat(run.get("adminUrl").asText()).isEqualTo("http://127.0.0.1:" + adminPort);
    }
}
