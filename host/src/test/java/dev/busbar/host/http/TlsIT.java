package dev.busbar.host.http;

import static dev.busbar.host.testing.Http2Wire.CONTINUATION;
import static dev.busbar.host.testing.Http2Wire.END_HEADERS;
import static dev.busbar.host.testing.Http2Wire.END_STREAM;
import static dev.busbar.host.testing.Http2Wire.GOAWAY;
import static dev.busbar.host.testing.Http2Wire.HEADERS;
import static dev.busbar.host.testing.Http2Wire.PING;
import static dev.busbar.host.testing.Http2Wire.PRIORITY;
import static dev.busbar.host.testing.Http2Wire.RST_STREAM;
import static dev.busbar.host.testing.Http2Wire.SETTINGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.Http2Wire;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestCertificate;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that speaks TLS: protocols, renewal, and clients that abuse HTTP/2. */
final class TlsIT {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final byte[] CANCEL = {0, 0, 0, 8};

    @TempDir
    static Path folder;

    private static Path chain;
    private static Path key;
    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        TestCertificate first = TestCertificate.make(folder, "RSA");
        first.writeCertificate(chain);
        first.writeKey(key);
        host = Lab.startEncrypted(
                folder.resolve("data"), anybody(), "--tls.certificate=" + chain, "--tls.key=" + key, "--tls.poll=50ms");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    /** A client that asks no certificate for its name: which one is shown is what the tests look at. */
    static SSLContext anybody() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        return context;
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] given, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] given, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    private static SSLSocket handshake(String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) anybody()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), host.host().port());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private static Certificate shown() throws Exception {
        try (SSLSocket socket = handshake()) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static HttpResponse<String> get(HttpClient.Version version, String path) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(anybody()).version(version).build();
        return client.send(HttpRequest.newBuilder(host.uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Http2Wire wire() throws Exception {
        return Http2Wire.to(anybody(), host.host().port());
    }

    private static String body(String authority, String path) throws Exception {
        try (Http2Wire wire = wire()) {
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.get(authority, path));
            return new String(wire.read(Http2Wire.DATA).payload(), UTF_8);
        }
    }

    @Test
    void open_connections_are_shown_by_their_protocol() throws Exception {
        int open;
        try (Http2Wire one = wire();
                Http2Wire other = wire()) {
            for (Http2Wire wire : List.of(one, other)) {
                wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.get("localhost", "/api/lab"));
                assertThat(wire.read(Http2Wire.DATA).payload()).isNotEmpty();
            }
            open = connections("h2");
            assertThat(open).as("these and the one that asks").isGreaterThanOrEqualTo(3);
        }

        await("they are gone").untilAsserted(() -> assertThat(connections("h2")).isLessThan(open));
    }

    private static int connections(String protocol) throws Exception {
        String series = "busbar_connections{protocol=\"" + protocol + "\"} ";
        return host.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
    void both_versions_of_http_are_served_and_told_to_keep_to_tls(HttpClient.Version version) throws Exception {
        for (String path : new String[] {"/api/lab", "/nothing", "/"}) {
            HttpResponse<String> answer = get(version, path);

            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.statusCode()).isEqualTo(path.equals("/nothing") ? 404 : 200);
            assertThat(answer.headers().allValues("Strict-Transport-Security")).containsExactly("max-age=31536000");
            assertThat(answer.headers().firstValue("X-Correlation-ID")).isPresent();
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
        assertThat(host.host().url()).startsWith("https://127.0.0.1:");
    }

    @Test
    void tls_is_1_2_or_1_3_with_forward_secrecy() throws Exception {
        try (SSLSocket newer = handshake("TLSv1.3");
                SSLSocket older = handshake("TLSv1.2")) {
            assertThat(newer.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(older.getSession().getCipherSuite())
                    .startsWith("TLS_ECDHE_")
                    .containsAnyOf("GCM", "CHACHA20");
        }
        SSLSocket weak = (SSLSocket) anybody()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), host.host().port());
        weak.setEnabledProtocols(new String[] {"TLSv1.2"});
        weak.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"});
        assertThatThrownBy(weak::startHandshake).isInstanceOf(IOException.class);
        weak.close();
    }

    @Test
    void plain_http_gets_no_answer_of_the_pipeline() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");

            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void the_name_that_is_asked_over_http_2_is_checked_too() throws Exception {
        assertThat(body("localhost", "/api/lab")).isEqualTo("root");
        assertThat(body("localhost:" + host.host().port(), "/api/lab")).isEqualTo("root");
        assertThat(body("evil.org", "/api/lab")).contains("misdirected-request");
        assertThat(body("evil.org", "/")).contains("misdirected-request");
        assertThat(body("localhost", "/api/lab/%2e%2e/x")).contains("ambiguous-path");
        try (Http2Wire wire = wire()) {
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, Http2Wire.get("user@localhost", "/api/lab"));
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_client_that_asks_and_cancels_without_end_is_cut_off_and_others_are_served() throws Exception {
        try (Http2Wire wire = wire()) {
            byte[] get = Http2Wire.get("localhost", "/api/lab");
            flood(stream ->
                    wire.frame(HEADERS, END_STREAM | END_HEADERS, stream, get).frame(RST_STREAM, 0, stream, CANCEL));

            assertThat(wire.read(GOAWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(body("localhost", "/api/lab")).isEqualTo("root");
            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void a_flood_of_frames_that_bring_no_work_is_cut_off() throws Exception {
        byte[] nothing = new byte[0];
        for (int type : new int[] {PING, SETTINGS, PRIORITY}) {
            try (Http2Wire wire = wire()) {
                byte[] payload = type == PING ? new byte[8] : type == PRIORITY ? new byte[5] : nothing;
                flood(stream -> wire.frame(type, 0, type == PRIORITY ? stream : 0, payload));

                assertThat(wire.read(GOAWAY).errorCode()).as("type " + type).isEqualTo(ENHANCE_YOUR_CALM);
            }
        }
    }

    @Test
    void headers_that_never_end_are_cut_off() throws Exception {
        try (Http2Wire wire = wire()) {
            byte[] get = Http2Wire.get("localhost", "/api/lab");
            wire.frame(HEADERS, END_STREAM, 1, get);
            flood(stream -> wire.frame(CONTINUATION, 0, 1, new byte[0]));

            assertThat(wire.read(GOAWAY).errorCode()).isNotZero();
            assertThat(wire.ends()).isTrue();
        }
        assertThat(body("localhost", "/api/lab")).isEqualTo("root");
    }

    private interface Burst {
        void send(int stream) throws IOException;
    }

    /** A few more than a connection may send in a second. */
    private static void flood(Burst burst) throws IOException {
        for (int i = 0; i < 120; i++) {
            burst.send(2 * i + 1);
        }
    }

    @Test
    void a_new_certificate_is_taken_without_a_restart_and_only_with_its_key() throws Exception {
        Certificate before = shown();
        TestCertificate next = TestCertificate.make(folder, "EC");
        try (SSLSocket open = handshake()) {
            next.writeCertificate(chain);
            await().during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(shown()).isEqualTo(before));
            next.writeKey(key);
            await().untilAsserted(() -> assertThat(shown()).isEqualTo(next.certificate()));

            open.getOutputStream().write("GET /api/lab HTTP/1.0\r\n\r\n".getBytes(UTF_8));
            assertThat(new String(open.getInputStream().readAllBytes(), UTF_8)).endsWith("root");
        }
        assertThat(get(HttpClient.Version.HTTP_2, "/api/lab").body()).isEqualTo("root");
    }
}
