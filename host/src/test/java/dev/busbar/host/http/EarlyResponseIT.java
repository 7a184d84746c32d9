package dev.busbar.host.http;

import static dev.busbar.host.testing.Http2Wire.END_HEADERS;
import static dev.busbar.host.testing.Http2Wire.END_STREAM;
import static dev.busbar.host.testing.Http2Wire.HEADERS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Http2Wire;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestCertificate;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Responses to clients that are still sending, and response headers that are too large, over both protocols. */
@Timeout(120)
final class EarlyResponseIT {
    private static final PluginJar WIDE = PluginJar.named("wide")
            .route("Route.get(\"/header\", r -> Response.text(\"w\").header(\"X-Wide\","
                    + " \"w\".repeat(Integer.parseInt(r.query(\"n\").orElse(\"1\"))))).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/stream\", r -> Response.stream(\"text/plain\", out -> out.write('w'))"
                            + ".header(\"X-Wide\", \"w\".repeat(17000)).header(\"Connection\", \"close\")).access(Access.PUBLIC)");

    @TempDir
    static Path folder;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        TestCertificate certificate = TestCertificate.make(folder, "RSA");
        certificate.writeCertificate(chain);
        certificate.writeKey(key);
        host = Lab.startEncrypted(folder.resolve("data"), anybody(), "--tls.certificate=" + chain, "--tls.key=" + key);
        assertThat(host.install(WIDE, "?allowPublic=true").statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static SSLContext anybody() throws Exception {
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

    private static HttpClient client(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder().sslContext(anybody()).version(version).build();
    }

    private static HttpRequest upload(String path, String type, int bytes) {
        return HttpRequest.newBuilder(host.uri(path))
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
                .build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_client_in_the_midst_of_an_upload_gets_its_refusal(HttpClient.Version version) throws Exception {
        HttpClient client = client(version);

        HttpResponse<String> unknown =
                client.send(upload("/api/lab/items", "text/plain", 3_000_000), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> large =
                client.send(upload("/api/lab/length", "text/plain", 3_000_000), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> unread =
                client.send(upload("/api/lab/ignore", "text/plain", 900_000), HttpResponse.BodyHandlers.ofString());

        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).contains("unauthenticated");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(unread.body()).isEqualTo("ignored");
    }

    @Test
    void refused_uploads_leave_another_request_on_their_connection_alone() throws Exception {
        HttpClient client = client(HttpClient.Version.HTTP_2);
        CompletableFuture<HttpResponse<String>> slow = client.sendAsync(
                HttpRequest.newBuilder(host.uri("/api/lab/wait")).build(), HttpResponse.BodyHandlers.ofString());

        List<CompletableFuture<HttpResponse<String>>> uploads = new ArrayList<>();
        for (String path : List.of("/api/lab/items", "/api/lab/length", "/api/lab/items")) {
            uploads.add(client.sendAsync(upload(path, "text/plain", 300_000), HttpResponse.BodyHandlers.ofString()));
        }

        assertThat(uploads)
                .extracting(upload -> upload.get(60, TimeUnit.SECONDS).statusCode())
                .containsExactly(401, 413, 401);
        host.post("/api/lab/gate", "text/plain", "");
        assertThat(slow.get(60, TimeUnit.SECONDS).body()).isEqualTo("released");
    }

    @Test
    void a_refused_upload_over_http2_ends_without_an_error_even_if_its_client_sends_on() throws Exception {
        Map<Integer, String> ends = new TreeMap<>();
        try (Http2Wire wire = Http2Wire.to(anybody(), host.host().port())) {
            for (int stream = 1; stream <= 5; stream += 2) {
                wire.frame(HEADERS, END_HEADERS, stream, Http2Wire.post("localhost", "/api/lab/items"));
                for (int i = 0; i < 18; i++) {
                    wire.frame(Http2Wire.DATA, i == 17 ? END_STREAM : 0, stream, new byte[16_000]);
                }
            }
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 7, Http2Wire.get("localhost", "/api/lab"));
            while (ends.size() < 4) {
                Http2Wire.Frame frame = wire.read();
                assertThat(frame.type()).as("no GOAWAY").isNotEqualTo(Http2Wire.GOAWAY);
                if (frame.type() == Http2Wire.RST_STREAM) {
                    ends.put(
                            frame.stream(),
                            "reset " + ByteBuffer.wrap(frame.payload()).getInt());
                } else if (frame.type() == Http2Wire.DATA && (frame.flags() & END_STREAM) != 0) {
                    ends.putIfAbsent(
                            frame.stream(),
                            new String(frame.payload(), UTF_8).contains("unauthenticated")
                                    ? "refused"
                                    : new String(frame.payload(), UTF_8));
                }
            }
        }

        assertThat(ends)
                .containsExactly(
                        Map.entry(1, "refused"),
                        Map.entry(3, "refused"),
                        Map.entry(5, "refused"),
                        Map.entry(7, "root"));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_response_header_beyond_the_limit_is_a_500_everywhere_and_costs_no_connection(HttpClient.Version version)
            throws Exception {
        HttpClient client = client(version);
        CompletableFuture<HttpResponse<String>> slow = client.sendAsync(
                HttpRequest.newBuilder(host.uri("/api/lab/wait")).build(), HttpResponse.BodyHandlers.ofString());

        for (String path : List.of("/api/wide/header?n=17000", "/api/wide/stream")) {
            HttpResponse<String> wide =
                    client.send(HttpRequest.newBuilder(host.uri(path)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(wide.statusCode()).as(path).isEqualTo(500);
            assertThat(wide.body()).contains("platform-failed");
        }
        HttpResponse<String> just = client.send(
                HttpRequest.newBuilder(host.uri("/api/wide/header?n=16000")).build(),
                HttpResponse.BodyHandlers.ofString());
        host.post("/api/lab/gate", "text/plain", "");

        assertThat(just.headers().firstValue("X-Wide").orElse("")).hasSize(16_000);
        assertThat(slow.get(60, TimeUnit.SECONDS).body()).isEqualTo("released");
        assertThat(host.get("/metrics").body())
                .containsPattern("request_duration_seconds_count\\{[^}]*platform=\"wide\"[^}]*status=\"500\"");
    }
}
