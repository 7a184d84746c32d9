package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** Requests that no proper client would send, octet by octet. */
final class WireIT {
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

    /** Every error has the agreed shape and nothing of the server in it. */
    private static void assertProblem(Answer answer, int status, String name) throws IOException {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(name);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Correlation-ID")).isNotEmpty();
        assertThat(answer.json().get("correlationId").asText()).isEqualTo(answer.header("X-Correlation-ID"));
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.statusLine() + answer.headers() + answer.body())
                .doesNotContainIgnoringCase("jetty")
                .doesNotContainIgnoringCase("javalin")
                .doesNotContain("<html")
                .doesNotContain("Exception")
                .doesNotContain("java.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/lab/a%2fb",
                "/api/lab/a%5cb",
                "/api/lab/a\\b",
                "/api/lab/%2e%2e/x",
                "/api/lab/../x",
                "/api/lab/./x",
                "/api/lab/a;x=1",
                "/api/lab/..;/x",
                "//api/lab",
                "/api//lab",
                "/api/lab/%c0%ae",
                "/api/lab/%ff",
                "/%61dmin/../api",
                "/api/lab/caf\u00e9"
            })
    void an_ambiguous_path_is_refused_before_anything_else(String path) throws Exception {
        assertProblem(ask("GET " + path + " HTTP/1.1", "Host: localhost"), 400, "ambiguous-path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/lab/%00", "/api/lab/%", "/api/lab/%zz", "/api/lab/%4", "/%00", "/../x"})
    void a_path_that_the_server_itself_cannot_read_is_refused_in_the_same_way(String path) throws Exception {
        assertProblem(ask("GET " + path + " HTTP/1.1", "Host: localhost"), 400, "ambiguous-path");
    }

    @Test
    void a_star_is_no_path_but_for_the_options_of_the_host_itself() throws Exception {
        assertProblem(ask("GET * HTTP/1.1", "Host: localhost"), 400, "bad-request");
        try (Wire wire = Wire.to(host.host().port())) {
            Answer options =
                    wire.lines("OPTIONS * HTTP/1.1", "Host: localhost", "").read();
            Answer next =
                    wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "").read();

            assertThat(options.status()).isEqualTo(204);
            assertThat(options.header("Allow")).contains("GET, HEAD, POST");
            assertThat(options.header("X-Correlation-ID")).isNotEmpty();
            assertThat(next.body()).isEqualTo("root");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/lab#fragment",
                "/api/lab?a#fragment",
                "/admin/keys#x",
                "http://localhost/api/lab#x",
                "/api/lab#",
                "http:/api/lab",
                "http:///api/lab",
                "http:",
                "ftp://localhost/api/lab",
                "foo:/"
            })
    void a_target_that_names_no_resource_of_the_host_is_refused(String target) throws Exception {
        assertProblem(ask("GET " + target + " HTTP/1.1", "Host: localhost"), 400, "bad-request");
    }

    @Test
    void a_target_for_another_scheme_than_that_of_the_connection_is_refused() throws Exception {
        assertProblem(ask("GET https://localhost/api/lab HTTP/1.1", "Host: localhost"), 421, "misdirected-request");
        assertThat(ask("GET HTTP://localhost/api/lab HTTP/1.1", "Host: localhost")
                        .body())
                .isEqualTo("root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/lab HTTP/2.0",
                "GET /api/lab HTTP/3.0",
                "GET /api/lab HTTP/1.2",
                "GET /api/lab HTTP/0.9",
                "GET /api/lab JUNK/1.1",
                "GET /api/lab",
                "GET  HTTP/1.1"
            })
    void another_version_of_http_than_the_host_speaks_is_505(String line) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(line, "Host: localhost", "").read();

            assertProblem(answer, 505, "http-version-not-supported");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void the_preface_of_http_2_in_clear_text_is_refused() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            assertProblem(wire.text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").read(), 505, "http-version-not-supported");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void an_old_client_gets_no_interim_response() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines("POST /api/lab/patient HTTP/1.0", "Expect: 100-continue", "Content-Length: 3", "");
            await().until(() -> host.get("/metrics").body().contains("busbar_parked{reason=\"body\"} 1.0"));
            Answer answer = wire.text("abc").read();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("all of abc");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "identity, chunked", "x, chunked", "gzip\r\nTransfer-Encoding: chunked"})
    void a_transfer_coding_that_is_not_decoded_is_refused(String coding) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(
                            "POST /api/lab/length HTTP/1.1",
                            "Host: localhost",
                            "Transfer-Encoding: " + coding,
                            "",
                            "3",
                            "abc",
                            "0",
                            "")
                    .read();

            assertProblem(answer, 501, "not-implemented");
            assertThat(wire.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/lab?x=/../y, 200", "/api/lab/?x=%00, 200"})
    void what_stands_behind_the_path_does_not_change_it(String target, int status) throws Exception {
        Answer answer = ask("GET " + target + " HTTP/1.1", "Host: localhost");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("root");
    }

    @Test
    void an_absolute_form_is_routed_by_its_path() throws Exception {
        assertThat(ask("GET http://localhost/api/lab HTTP/1.1", "Host: localhost")
                        .body())
                .isEqualTo("root");
        assertProblem(ask("GET http://localhost/api/lab/../x HTTP/1.1", "Host: localhost"), 400, "ambiguous-path");
    }

    @Test
    void a_user_in_the_address_is_refused() throws Exception {
        assertProblem(ask("GET http://user@localhost/api/lab HTTP/1.1", "Host: localhost"), 400, "bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/lab HTTP/1.1",
                "GET /api/lab HTTP/1.1\r\nHost: a\r\nHost: b",
                "GET /api/lab HTTP/1.1\r\nHost: a, b",
                "GET /api/lab HTTP/1.1\r\nHost: u:p@localhost",
                "GET /api/lab HTTP/1.1\r\nHost : localhost",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b",
                "GET /api/lab HTTP/1.1\nHost: localhost",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\nX: a",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nno colon here",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX\u0000: a",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
                "GET /api/lab HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x",
                "POST /api/lab/length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
                "POST /api/lab/length HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, chunked",
                "POST /api/lab/length HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity",
                "\u0001\u0002\u0003",
                "G@T /api/lab HTTP/1.1\r\nHost: localhost",
                "{}"
            })
    void what_is_no_http_is_answered_400_and_the_connection_closed(String request) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.text(request + "\r\n\r\n").read();

            assertProblem(answer, 400, "bad-request");
            assertThat(wire.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "identity", "gzip", "chunked\u000b", "\tchunked, gzip"})
    void a_transfer_encoding_that_could_be_read_in_two_ways_ends_the_connection(String encoding) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(
                            "POST /api/lab/length HTTP/1.1",
                            "Host: localhost",
                            "Transfer-Encoding: " + encoding,
                            "",
                            "3",
                            "abc",
                            "0",
                            "",
                            "GET /api/lab/me HTTP/1.1",
                            "Host: localhost",
                            "")
                    .read();

            assertProblem(answer, 400, "bad-request");
            assertThat(wire.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nabc\r\n", "-1\r\nabc\r\n", "3\r\nabcdef\r\n", "ffffffffffffffffff\r\nabc\r\n"})
    void a_broken_chunk_is_the_clients_fault(String chunk) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(
                            "POST /api/lab/length HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "")
                    .text(chunk)
                    .read();

            assertProblem(answer, 400, "bad-request");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_header_section_that_is_too_large_is_431() throws Exception {
        Answer answer = ask("GET /api/lab HTTP/1.1", "Host: localhost", "X-Large: " + "x".repeat(20_000));

        assertProblem(answer, 431, "headers-too-large");
    }

    @Test
    void a_request_line_that_is_too_long_is_414() throws Exception {
        assertProblem(ask("GET /" + "x".repeat(20_000) + " HTTP/1.1", "Host: localhost"), 414, "uri-too-long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "FOO", "PROPFIND", "OPTIONS", "get"})
    void a_method_that_no_route_has_is_405_and_says_which_there_are(String method) throws Exception {
        Answer answer = ask(method + " /health/live HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key());

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(answer.body()).doesNotContain(host.key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "FOO", "DELETE", "PUT", "OPTIONS"})
    void a_method_below_api_is_not_told_to_strangers(String method) throws Exception {
        assertProblem(ask(method + " /api/lab HTTP/1.1", "Host: localhost"), 401, "unauthenticated");
        assertProblem(
                ask(method + " /api/lab HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key()),
                405,
                "method-not-allowed");
    }

    @Test
    void connect_is_refused() throws Exception {
        assertProblem(ask("CONNECT localhost:80 HTTP/1.1", "Host: localhost:80"), 501, "not-implemented");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override: DELETE",
                "X-Original-URL: /admin",
                "X-Rewrite-URL: /admin",
                "X-Forwarded-Prefix: /admin",
                "X-HTTP-Method: POST"
            })
    void no_header_changes_method_or_path(String header) throws Exception {
        assertThat(ask("GET /api/lab HTTP/1.1", "Host: localhost", header).body())
                .isEqualTo("root");
    }

    @Test
    void an_old_client_with_a_transfer_encoding_does_not_keep_its_connection() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines(
                            "POST /api/lab/length HTTP/1.0",
                            "Connection: keep-alive",
                            "Transfer-Encoding: chunked",
                            "",
                            "3",
                            "abc",
                            "0",
                            "")
                    .read();

            assertThat(answer.body()).isEqualTo("3");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void an_old_client_gets_its_answer_and_the_end_of_the_connection() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Answer answer = wire.lines("GET /api/lab HTTP/1.0", "").read();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("root");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void requests_sent_ahead_are_answered_in_order() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines(
                    "POST /api/lab/length HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 3",
                    "",
                    "abcGET /api/lab HTTP/1.1",
                    "Host: localhost",
                    "",
                    "GET /api/lab/me HTTP/1.1",
                    "Host: localhost",
                    "");

            assertThat(wire.read().body()).isEqualTo("3");
            assertThat(wire.read().body()).isEqualTo("root");
            assertThat(wire.read().body()).isEqualTo("nobody");
        }
    }

    @Test
    void the_page_and_what_is_beside_it_have_the_same_shape_of_errors() throws Exception {
        Answer page = ask("GET / HTTP/1.1", "Host: localhost");
        Answer post = ask("POST / HTTP/1.1", "Host: localhost", "Content-Length: 0");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("X-Correlation-ID")).isNotEmpty();
        assertThat(page.header("Server")).isEmpty();
        assertProblem(post, 405, "method-not-allowed");
        assertThat(post.header("Allow")).isEqualTo("GET, HEAD");
        assertProblem(ask("DELETE /docs HTTP/1.1", "Host: localhost"), 405, "method-not-allowed");
        assertProblem(ask("GET /nothing HTTP/1.1", "Host: localhost"), 404, "not-found");
        assertProblem(ask("GET /tinylog.properties HTTP/1.1", "Host: localhost"), 404, "not-found");
    }
}
