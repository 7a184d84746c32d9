package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import dev.busbar.host.testing.Wire.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host as it comes, with nothing of the network set: whom it answers, and what every answer says. */
final class EdgeIT {
    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static Answer ask(String... lines) throws IOException {
        try (Wire wire = Wire.to(host.host().port())) {
            return wire.lines(lines).text("\r\n").read();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "localhost."})
    void it_answers_under_its_own_names(String name) throws Exception {
        assertThat(ask("GET /api/lab HTTP/1.1", "Host: " + name).body()).isEqualTo("root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.org",
                "evil.org:8080",
                "localhost.evil.org",
                "127.0.0.1.nip.io",
                "127.1",
                "2130706433",
                "169.254.169.254"
            })
    void a_name_that_was_pointed_at_this_address_gets_nothing(String name) throws Exception {
        for (String path : new String[] {"/api/lab", "/", "/console.css", "/admin/keys", "/nothing", "/health"}) {
            Answer answer = ask("GET " + path + " HTTP/1.1", "Host: " + name, "X-API-Key: " + host.key());

            assertThat(answer.status()).as(path).isEqualTo(421);
            assertThat(answer.problem()).isEqualTo("misdirected-request");
            assertThat(answer.body()).doesNotContain(name);
        }
        assertThat(ask("GET http://" + name + "/api/lab HTTP/1.1", "Host: " + name)
                        .status())
                .isEqualTo(421);
    }

    @Test
    void live_and_ready_are_open_under_any_name() throws Exception {
        assertThat(ask("GET /health/live HTTP/1.1", "Host: 10.1.2.3:8080").status())
                .isEqualTo(200);
        assertThat(ask("GET /health/ready HTTP/1.1", "Host: evil.org").status()).isEqualTo(200);
        assertThat(ask("GET /health/live/ HTTP/1.1", "Host: evil.org").status()).isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/lab HTTP/1.1",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nHost: localhost",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nHost: evil.org",
                "GET /api/lab HTTP/1.1\r\nHost: user@localhost",
                "GET /api/lab HTTP/1.1\r\nHost: localhost@evil.org",
                "GET http://user@localhost/api/lab HTTP/1.1\r\nHost: localhost",
                "GET http://localhost/api/lab HTTP/1.1\r\nHost: evil.org",
                "GET http://evil.org/api/lab HTTP/1.1\r\nHost: localhost",
                "GET /api/lab HTTP/1.1\r\nHost: localhost/x",
                "GET /api/lab HTTP/1.1\r\nHost: local host",
                "GET /api/lab HTTP/1.1\r\nHost: localhost:port"
            })
    void a_host_that_can_be_read_in_two_ways_is_400(String request) throws Exception {
        Answer answer = ask(request);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("bad-request");
    }

    @Test
    void an_empty_host_is_no_name_of_it() throws Exception {
        assertThat(ask("GET /api/lab HTTP/1.1", "Host: ").status()).isIn(400, 421);
    }

    @Test
    void what_proxies_write_is_not_shown_to_plugins_and_believed_of_nobody() throws Exception {
        Answer answer = ask(
                "GET /api/lab/from HTTP/1.1",
                "Host: localhost",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Host: evil.org",
                "Forwarded: for=203.0.113.7;host=evil.org",
                "X_Real_IP: 203.0.113.7",
                "X-Original-URL: /admin");

        assertThat(answer.body()).isEqualTo("|");
    }

    @Test
    void no_answer_has_a_field_about_origins_when_none_is_configured() throws Exception {
        Answer plain = ask("GET /api/lab HTTP/1.1", "Host: localhost", "Origin: https://good.com");
        Answer preflight = ask(
                "OPTIONS /api/lab HTTP/1.1",
                "Host: localhost",
                "Origin: https://good.com",
                "Access-Control-Request-Method: GET");

        assertThat(plain.header("Vary")).isEmpty();
        assertThat(preflight.status()).isEqualTo(401);
        assertThat(plain.headers().keySet() + "" + preflight.headers().keySet())
                .doesNotContainIgnoringCase("access-control");
    }

    @Test
    void every_answer_says_that_its_type_is_not_to_be_guessed() throws Exception {
        for (String request : new String[] {
            "GET /api/lab HTTP/1.1", "GET /nothing HTTP/1.1", "GET / HTTP/1.1", "GET /api/lab/%zz HTTP/1.1", "JUNK"
        }) {
            Answer answer = ask(request, "Host: localhost");

            assertThat(answer.headers().get("X-Content-Type-Options"))
                    .as(request)
                    .containsExactly("nosniff");
            assertThat(answer.headers()).doesNotContainKeys("Server", "X-Powered-By", "Strict-Transport-Security");
        }
    }

    @Test
    void a_page_loads_from_here_only_and_stands_in_no_frame() throws Exception {
        Answer page = ask("GET / HTTP/1.1", "Host: localhost");
        Answer style = ask("GET /console.css HTTP/1.1", "Host: localhost");

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Permissions-Policy")).contains("camera=()");
        assertThat(page.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(page.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(page.body()).doesNotContain("<style", "style=", "<script>").contains("/console.css");
        assertThat(style.header("Content-Type")).startsWith("text/css");
    }
}
