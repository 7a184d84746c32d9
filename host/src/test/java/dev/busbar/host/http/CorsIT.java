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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another origin gets to read. */
final class CorsIT {
    private static final String GOOD = "https://good.com";

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(
                data,
                "--cors.origins=" + GOOD,
                "--cors.credentials=true",
                "--cors.headers=X-Own",
                "--cors.exposed=X-Total,X-Page");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static Answer ask(String request, String... lines) throws IOException {
        try (Wire wire = Wire.to(host.host().port())) {
            // in one write: to what is malformed at its start the answer comes, and the end, before a second one
            String head = request + "\r\nHost: localhost\r\n" + String.join("\r\n", lines);
            return wire.text(head + "\r\n\r\n").read();
        }
    }

    private static void assertReadable(Answer answer) {
        assertThat(answer.headers().get("Access-Control-Allow-Origin")).containsExactly(GOOD);
        assertThat(answer.headers().get("Access-Control-Allow-Credentials")).containsExactly("true");
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains("RateLimit,", "RateLimit-Policy", "Retry-After", "Location", "X-Correlation-ID", "ETag")
                .contains("Deprecation", "Sunset")
                .endsWith(", X-Total, X-Page");
        assertThat(answer.header("Vary")).contains("Origin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/lab HTTP/1.1|200",
                "GET /api/lab/items/1 HTTP/1.1|401",
                "GET /api/nothing HTTP/1.1|401",
                "GET /nothing HTTP/1.1|404",
                "DELETE /health/live HTTP/1.1|405",
                "GET /api/lab/null HTTP/1.1|500",
                "GET /api/lab/../x HTTP/1.1|400",
                "GET / HTTP/1.1|200",
                "POST / HTTP/1.1|405",
                "GET /api/lab/stream HTTP/1.1|200",
            })
    void every_answer_may_be_read_by_a_listed_origin(String request, int status) throws Exception {
        Answer answer = ask(request, "Origin: " + GOOD);

        assertThat(answer.status()).isEqualTo(status);
        assertReadable(answer);
    }

    @Test
    void what_the_server_itself_refuses_may_be_read_too() throws Exception {
        assertReadable(ask("GET http://user@localhost/api/lab HTTP/1.1", "Origin: " + GOOD));
        assertReadable(ask("GET http://evil.org/api/lab HTTP/1.1", "Origin: " + GOOD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/lab/%00 HTTP/1.1", "GET /api/lab HTTP/1.1\r\nContent-Length: -1"})
    void what_ends_before_its_fields_are_read_names_no_origin_and_varies_all_the_same(String request) throws Exception {
        Answer answer = ask(request, "Origin: " + GOOD);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    void a_refusal_by_permission_may_be_read_too() throws Exception {
        Answer answer = ask("GET /api/lab/items/1 HTTP/1.1", "Origin: " + GOOD, "X-API-Key: bsb_wrong");

        assertThat(answer.problem()).isEqualTo("invalid-credentials");
        assertReadable(answer);
        assertThat(answer.header("Vary")).isEqualTo("Origin, Authorization, X-API-Key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://good.com.evil",
                "https://evilgood.com",
                "http://good.com",
                "https://good.com:8443",
                "https://GOOD.com",
                "https://good.com.",
                "https://xn--gd-vmca.com",
                "https://good.com, https://evil.org",
                "https://good.com\r\nOrigin: https://evil.org"
            })
    void any_other_origin_is_told_nothing(String origin) throws Exception {
        Answer answer = ask("GET /api/lab HTTP/1.1", "Origin: " + origin);
        Answer preflight = ask("OPTIONS /api/lab HTTP/1.1", "Origin: " + origin, "Access-Control-Request-Method: GET");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(preflight.status()).isEqualTo(401);
        assertThat(answer.headers().keySet() + "" + preflight.headers().keySet())
                .doesNotContainIgnoringCase("access-control");
    }

    @ParameterizedTest
    @CsvSource({"/api/lab, GET", "/api/lab/items, POST", "/api/nothing/at/all, PATCH", "/admin/keys, DELETE", "/, PUT"})
    void a_preflight_is_answered_without_credentials_and_tells_no_routes(String path, String method) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(
                            "OPTIONS " + path + " HTTP/1.1",
                            "Host: localhost",
                            "Origin: " + GOOD,
                            "Access-Control-Request-Method: " + method,
                            "Access-Control-Request-Headers: x-api-key, x-own",
                            "")
                    .readHead();

            assertThat(answer.status()).isEqualTo(204);
            assertReadable(answer);
            assertThat(answer.header("Access-Control-Allow-Methods")).contains(method);
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("X-API-Key", "X-Own", "Content-Type");
            assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("3600");
            assertThat(answer.header("Vary")).contains("Origin", "Access-Control-Request-Headers");
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            assertThat(wire.read().body()).isEqualTo("root");
        }
    }

    @Test
    void an_options_that_is_no_preflight_goes_on() throws Exception {
        assertThat(ask("OPTIONS /health/live HTTP/1.1", "Origin: " + GOOD).status())
                .isEqualTo(405);
        assertThat(ask("OPTIONS /health/live HTTP/1.1", "Access-Control-Request-Method: GET")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void what_a_plugin_says_about_origins_is_dropped() throws Exception {
        Answer listed = ask("GET /api/lab/foreign HTTP/1.1", "Origin: " + GOOD);
        Answer other = ask("GET /api/lab/foreign HTTP/1.1", "Origin: https://evil.org");

        assertReadable(listed);
        assertThat(listed.header("Vary")).isEqualTo("Accept, Origin");
        assertThat(other.headers())
                .doesNotContainKeys("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials");
        assertThat(other.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(other.headers()).doesNotContainKey("Strict-Transport-Security");
    }
}
