package dev.busbar.host.http;

import static dev.busbar.host.testing.Http2Wire.CONTINUATION;
import static dev.busbar.host.testing.Http2Wire.DATA;
import static dev.busbar.host.testing.Http2Wire.END_HEADERS;
import static dev.busbar.host.testing.Http2Wire.END_STREAM;
import static dev.busbar.host.testing.Http2Wire.GOAWAY;
import static dev.busbar.host.testing.Http2Wire.HEADERS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Http2Wire;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestCertificate;
import dev.busbar.host.testing.TestHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over HTTP/2 that no proper client would send: each is refused at once, and the connection serves on. */
final class Http2RequestsIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int STATUS_204 = 0x89; // of the static table of HPACK

    @TempDir
    static Path folder;

    private static SSLContext trusting;
    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        certificate.writeCertificate(chain);
        certificate.writeKey(key);
        trusting = TlsIT.anybody();
        host = Lab.startEncrypted(folder.resolve("data"), trusting, "--tls.certificate=" + chain, "--tls.key=" + key);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static Http2Wire wire() throws Exception {
        return Http2Wire.to(trusting, host.host().port());
    }

    private static byte[] block(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(List.of(":method", method, ":scheme", "https", ":path", path));
        if (Arrays.stream(more).noneMatch(":authority"::equals)) {
            fields.addAll(List.of(":authority", "localhost"));
        }
        fields.addAll(Arrays.asList(more));
        // Pseudo-headers come first.
        List<String> ordered = new ArrayList<>();
        for (boolean pseudo : new boolean[] {true, false}) {
            for (int i = 0; i < fields.size(); i += 2) {
                if (fields.get(i).startsWith(":") == pseudo) {
                    ordered.addAll(fields.subList(i, i + 2));
                }
            }
        }
        return Http2Wire.block(ordered.toArray(String[]::new));
    }

    private static String body(Http2Wire wire) throws Exception {
        return new String(wire.read(DATA).payload(), UTF_8);
    }

    /** The request is refused with a problem, and the next one on the connection is served. */
    private static void assertRefused(byte[] block, int status, String problem) throws Exception {
        try (Http2Wire wire = wire()) {
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, block);
            JsonNode document = MAPPER.readTree(body(wire));

            assertThat(document.get("status").asInt()).as("%s", document).isEqualTo(status);
            assertThat(document.get("type").asText()).endsWith(problem);
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 3, Http2Wire.get("localhost", "/api/lab"));
            assertThat(body(wire)).isEqualTo("root");
        }
    }

    @Test
    void connect_is_not_implemented() throws Exception {
        assertRefused(Http2Wire.block(":method", "CONNECT", ":authority", "localhost:443"), 501, "not-implemented");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/lab/length", "/api/lab/open", "/api/lab/slow"})
    void a_length_without_a_body_is_refused_at_once(String path) throws Exception {
        assertRefused(block("POST", path, "content-length", "5"), 400, "bad-request");
        assertRefused(block("POST", path, "content-length", "5", "idempotency-key", "x"), 400, "bad-request");
    }

    static Stream<List<String>> malformed() {
        return Stream.of(
                List.of("POST", "/api/lab/length", "content-length", "-1"),
                List.of("POST", "/api/lab/length", "content-length", "+1"),
                List.of("POST", "/api/lab/length", "content-length", "0", "content-length", "0"),
                List.of("GET", "/api/lab", "transfer-encoding", "chunked"),
                List.of("GET", "/api/lab", "keep-alive", "timeout=5"),
                List.of("GET", "/api/lab", "proxy-connection", "keep-alive"),
                List.of("GET", "/api/lab", "upgrade", "websocket"),
                List.of("", "/api/lab"),
                List.of("GE T", "/api/lab"),
                List.of("GET", "/api/lab#x"),
                List.of("GET", "/api/lab?a#x"),
                List.of("GET", "*"),
                List.of("GET", "/api/lab", ":authority", ""),
                List.of("GET", "/admin/keys", ":authority", ""),
                List.of("GET", "/api/lab", "host", "127.0.0.1"),
                List.of("GET", "/api/lab", "host", "localhost", "host", "localhost"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void a_malformed_request_is_refused_at_once(List<String> request) throws Exception {
        String[] fields = request.subList(2, request.size()).toArray(String[]::new);

        assertRefused(block(request.get(0), request.get(1), fields), 400, "bad-request");
    }

    @Test
    void another_scheme_than_that_of_the_connection_is_refused() throws Exception {
        assertRefused(scheme("http"), 421, "misdirected-request");
        assertRefused(scheme("ftp"), 400, "bad-request");
    }

    private static byte[] scheme(String scheme) {
        return Http2Wire.block(":method", "GET", ":scheme", scheme, ":path", "/api/lab", ":authority", "localhost");
    }

    @Test
    void without_an_authority_host_counts() throws Exception {
        byte[] own = Http2Wire.block(":method", "GET", ":scheme", "https", ":path", "/api/lab", "host", "localhost");
        byte[] other = Http2Wire.block(":method", "GET", ":scheme", "https", ":path", "/api/lab", "host", "evil.org");
        byte[] none = Http2Wire.block(":method", "GET", ":scheme", "https", ":path", "/admin/keys");
        try (Http2Wire wire = wire()) {
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, own);
            assertThat(body(wire)).isEqualTo("root");
        }

        assertRefused(other, 421, "misdirected-request");
        assertRefused(none, 400, "bad-request");
    }

    @Test
    void the_options_of_the_host_itself_are_answered() throws Exception {
        try (Http2Wire wire = wire()) {
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, block("OPTIONS", "*"));

            assertThat(wire.read(HEADERS).payload()).contains(STATUS_204);
        }
    }

    @Test
    void a_header_section_over_the_limit_is_431_and_one_far_over_it_ends_the_connection() throws Exception {
        try (Http2Wire wire = wire()) {
            send(wire, 1, block("GET", "/api/lab", "x-large", "x".repeat(16_384)));
            assertThat(MAPPER.readTree(body(wire)).get("status").asInt()).isEqualTo(431);
            send(wire, 3, block("GET", "/api/lab", "x-large", "x".repeat(20_000), "x-more", "y".repeat(20_000)));
            assertThat(MAPPER.readTree(body(wire)).get("status").asInt()).isEqualTo(431);
            send(wire, 5, block("GET", "/" + "x".repeat(16_384)));
            assertThat(MAPPER.readTree(body(wire)).get("status").asInt()).isEqualTo(414);
            send(wire, 7, block("GET", "/api/lab", "x-large", "x".repeat(14_000)));
            assertThat(body(wire)).isEqualTo("root");
        }
        try (Http2Wire wire = wire()) {
            byte[] repeated = Http2Wire.block("x-large", "x".repeat(15_000));
            wire.frame(HEADERS, END_STREAM, 1, block("GET", "/api/lab"));
            for (int i = 0; i < 5; i++) {
                wire.frame(CONTINUATION, i < 4 ? 0 : END_HEADERS, 1, repeated);
            }
            assertThat(wire.read(GOAWAY).errorCode()).isNotZero();
        }
    }

    private static void send(Http2Wire wire, int stream, byte[] block) throws Exception {
        int part = 10_000;
        wire.frame(HEADERS, END_STREAM, stream, Arrays.copyOf(block, part));
        for (int from = part; from < block.length; from += part) {
            int to = Math.min(block.length, from + part);
            wire.frame(CONTINUATION, to == block.length ? END_HEADERS : 0, stream, Arrays.copyOfRange(block, from, to));
        }
    }

    @Test
    void trailers_do_not_stand_in_for_the_body_that_was_announced() throws Exception {
        for (String path : List.of("/api/lab/length", "/api/lab/open", "/api/lab/items")) {
            try (Http2Wire wire = wire()) {
                wire.frame(
                        HEADERS,
                        END_HEADERS,
                        1,
                        block(
                                "POST",
                                path,
                                "content-length",
                                "5",
                                "content-type",
                                "application/json",
                                "idempotency-key",
                                "trailers",
                                "x-api-key",
                                host.key()));
                wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.block("x-trailer", "1"));

                assertThat(MAPPER.readTree(body(wire)).get("status").asInt())
                        .as(path)
                        .isEqualTo(400);
            }
        }
        try (Http2Wire wire = wire()) {
            byte[] post = block("POST", "/api/lab/length", "content-length", "5");
            wire.frame(HEADERS, END_HEADERS, 1, post);
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.block("x-trailer", "1"));

            assertThat(MAPPER.readTree(body(wire)).get("status").asInt()).isEqualTo(400);
        }
    }
}
