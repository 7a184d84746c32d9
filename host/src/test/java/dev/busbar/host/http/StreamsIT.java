package dev.busbar.host.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import dev.busbar.host.testing.Wire.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies in both directions: too large, too slow, broken off, and never mixed up with the next request. */
final class StreamsIT {
    private static final String NEXT = "GET /api/lab/me HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data, "--bodies.grace=300ms", "--bodies.minRate=1048576");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @AfterEach
    void every_lease_is_back() {
        await().untilAsserted(() -> assertThat(
                        host.get("/admin/plugins/lab/generations").body())
                .contains("\"leases\":0")
                .doesNotContainPattern("\"leases\":[1-9]"));
    }

    private static Wire wire() throws IOException {
        return Wire.to(host.host().port());
    }

    private static Wire post(Wire wire, String route, String... headers) throws IOException {
        wire.lines("POST /api/lab/" + route + " HTTP/1.1", "Host: localhost");
        for (String header : headers) {
            wire.lines(header);
        }
        return wire.lines("");
    }

    /** The part of an upload that is collected before its handler is called. */
    private static final String FIRST_PART = "x".repeat(64 * 1024);

    private static String seen() throws Exception {
        return host.get("/api/lab/seen").body();
    }

    @Test
    void a_body_declared_too_large_is_413_before_it_is_sent() throws Exception {
        try (Wire wire = wire()) {
            Answer answer = post(wire, "length", "Content-Length: 1001").read();

            assertThat(answer.problem()).isEqualTo("payload-too-large");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_client_in_the_midst_of_a_body_that_is_too_large_gets_to_see_the_answer() throws Exception {
        String body = "x".repeat(8 << 20);
        for (String[] framing : new String[][] {
            {"Content-Length: " + body.length(), ""},
            {"Transfer-Encoding: chunked", Integer.toHexString(body.length()) + "\r\n"}
        }) {
            try (Wire wire = wire()) {
                Answer answer =
                        post(wire, "length", framing[0]).text(framing[1] + body).read();

                assertThat(answer.problem()).isEqualTo("payload-too-large");
                assertThat(wire.ends()).isTrue();
            }
        }
    }

    @Test
    void a_client_that_sends_on_without_end_is_not_read_without_end() throws Exception {
        try (Wire wire = wire()) {
            post(wire, "length", "Content-Length: 1000000000000");
            assertThat(wire.read().problem()).isEqualTo("payload-too-large");
            String more = "x".repeat(1 << 20);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 200; i++) {
                            wire.text(more);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_body_declared_too_large_that_has_come_already_does_not_end_up_as_a_request() throws Exception {
        try (Wire wire = wire()) {
            String body = NEXT.repeat(30);
            Answer answer = post(wire, "length", "Content-Length: " + body.length())
                    .text(body)
                    .read();

            assertThat(answer.problem()).isEqualTo("payload-too-large");
            if (!answer.header("Connection").equals("close")) {
                assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
            } else {
                assertThat(wire.ends()).isTrue();
            }
        }
    }

    @Test
    void a_body_of_undeclared_length_is_413_while_it_streams_in() throws Exception {
        try (Wire wire = wire()) {
            post(wire, "length", "Transfer-Encoding: chunked").lines("3e8", "x".repeat(1000));
            wire.lines("1", "x");
            Answer answer = wire.read();

            assertThat(answer.problem()).isEqualTo("payload-too-large");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_body_of_exactly_the_limit_is_taken_and_the_connection_kept() throws Exception {
        try (Wire wire = wire()) {
            post(wire, "length", "Transfer-Encoding: chunked").lines("3e8", "x".repeat(1000), "0", "");
            assertThat(wire.read().body()).isEqualTo("1000");
            assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
        }
    }

    @Test
    void a_body_that_nobody_reads_does_not_end_up_as_a_request() throws Exception {
        try (Wire wire = wire()) {
            Answer answer = post(wire, "ignore", "Content-Length: " + NEXT.length())
                    .text(NEXT)
                    .read();
            assertThat(answer.body()).isEqualTo("ignored");
            if (!answer.header("Connection").equals("close")) {
                assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
            }
        }
    }

    @Test
    void a_body_that_is_read_in_part_does_not_end_up_as_a_request() throws Exception {
        try (Wire wire = wire()) {
            Answer answer = post(wire, "first", "Content-Length: " + NEXT.length())
                    .text(NEXT)
                    .read();
            assertThat(answer.body()).isEqualTo("G");
            if (!answer.header("Connection").equals("close")) {
                assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
            }
        }
    }

    @Test
    void a_client_that_asks_first_is_told_to_go_on_when_the_body_is_read() throws Exception {
        try (Wire wire = wire()) {
            post(wire, "length", "Content-Length: 3", "Expect: 100-continue");
            assertThat(wire.readHead().status()).isEqualTo(100);
            assertThat(wire.text("abc").read().body()).isEqualTo("3");
            assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
        }
    }

    @Test
    void a_client_that_asks_first_is_refused_without_having_to_send() throws Exception {
        try (Wire wire = wire()) {
            Answer large = post(wire, "length", "Content-Length: 5000", "Expect: 100-continue")
                    .read();
            assertThat(large.status()).isEqualTo(413);
            assertThat(wire.ends()).isTrue();
        }
        try (Wire wire = wire()) {
            Answer unknown = post(wire, "items", "Content-Length: 5", "Expect: 100-continue")
                    .read();
            assertThat(unknown.status()).isEqualTo(401);
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_client_that_stops_sending_is_answered_408_and_its_reader_wakes_up() throws Exception {
        try (Wire wire = wire()) {
            Answer answer = post(wire, "slow", "Transfer-Encoding: chunked")
                    .lines("10003", FIRST_PART + "abc")
                    .read();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.problem()).isEqualTo("request-timeout");
            assertThat(wire.ends()).isTrue();
        }
        await().untilAsserted(() -> assertThat(seen()).isEqualTo(FIRST_PART + "abc then exception then refused"));
    }

    @Test
    void a_client_that_stops_sending_before_its_handler_is_called_is_408_and_calls_none() throws Exception {
        String before = seen();
        try (Wire wire = wire()) {
            assertThat(post(wire, "slow", "Content-Length: 100")
                            .text("abc")
                            .read()
                            .problem())
                    .isEqualTo("request-timeout");
            assertThat(wire.ends()).isTrue();
        }

        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void a_late_reader_never_gets_bytes_of_what_comes_next() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Wire wire = wire()) {
                Answer answer = post(wire, "slow", "Transfer-Encoding: chunked")
                        .lines("10003", FIRST_PART + "abc")
                        .read();
                assertThat(answer.status()).isEqualTo(408);
                wire.text("6\r\nsecret\r\n0\r\n\r\n" + NEXT);
                wire.ends();
            } catch (IOException closed) {
                assertThat(closed).isNotNull(); // the connection was closed under the hands of this client
            }
            await().untilAsserted(() -> assertThat(seen()).isEqualTo(FIRST_PART + "abc then exception then refused"));
        }
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_its_body_ends_the_reader() throws Exception {
        try (Wire wire = wire()) {
            post(wire, "patient", "Transfer-Encoding: chunked").lines("10003", FIRST_PART + "abc");
            await().untilAsserted(() -> assertThat(seen()).isEqualTo("reading"));
            wire.reset();
        }
        await().untilAsserted(() -> assertThat(seen()).startsWith(FIRST_PART + "abc then exception"));
    }

    @Test
    void a_large_body_streams_in() throws Exception {
        HttpResponse<String> answer = host.send(HttpRequest.newBuilder(host.uri("/api/lab/large"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new InputStream() {
                    private int left = 20_000_000;

                    @Override
                    public int read() {
                        return left-- > 0 ? 'x' : -1;
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        int n = Math.min(left, length);
                        left -= n;
                        return n == 0 && length > 0 ? -1 : n;
                    }
                })));

        assertThat(answer.body()).isEqualTo("20000000");
    }

    @Test
    void a_large_answer_streams_out_and_the_connection_is_kept() throws Exception {
        try (Wire wire = wire()) {
            wire.lines("GET /api/lab/stream?n=500000 HTTP/1.1", "Host: localhost", "");
            Answer answer = wire.read();

            assertThat(answer.whole()).isTrue();
            assertThat(answer.body()).startsWith("0\n1\n2\n").endsWith("499999\n");
            assertThat(wire.text(NEXT).read().body()).isEqualTo("nobody");
        }
    }

    @Test
    void the_first_bytes_are_there_before_the_last_are_written() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(host.uri("/api/lab/gated")).GET().build();
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());

        try (InputStream in = answer.body()) {
            assertThat(new String(in.readNBytes(5), UTF_8)).isEqualTo("first");
            host.post("/api/lab/gate", "text/plain", "");
            assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("second");
        }
    }

    @Test
    void a_writer_that_throws_leaves_a_cut_answer_that_says_so() throws Exception {
        try (Wire wire = wire()) {
            wire.lines("GET /api/lab/stream?n=100000&bad=50000 HTTP/1.1", "Host: localhost", "");
            Answer answer = wire.read();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.whole()).isFalse();
            assertThat(answer.body()).doesNotContain("secret");
        }
        HttpRequest request = HttpRequest.newBuilder(host.uri("/api/lab/stream?n=100000&bad=50000"))
                .build();
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_the_answer_ends_the_writer() throws Exception {
        try (Wire wire = wire()) {
            wire.lines("GET /api/lab/stream?n=100000000 HTTP/1.1", "Host: localhost", "");
            wire.readHead();
            wire.reset();
        }
        await().untilAsserted(() ->
                assertThat(host.get("/admin/plugins/lab/generations").body()).contains("\"leases\":0"));
        assertThat(seen()).isNotEqualTo("wrote all");
    }

    @Test
    void a_body_cannot_be_read_any_more_while_the_answer_streams_out() throws Exception {
        try (Wire wire = wire()) {
            Answer answer = post(wire, "both", "Content-Length: 1").text("x").read();

            assertThat(answer.body()).isEqualTo("refused");
        }
    }
}
