package dev.busbar.host.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.HostProcess;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.Wire;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idempotent requests as clients see them, on a real host. */
final class IdempotencyIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private static PluginJar shop(String version) {
        return PluginJar.named("shop")
                .version(version)
                .members("""
                        private static final AtomicInteger runs = new AtomicInteger();
                        private static final CountDownLatch gate = new CountDownLatch(1);
                        private static Response order(Request r) throws IOException {
                            String body = new String(r.body().readAllBytes(), StandardCharsets.UTF_8);
                            return Response.text("VERSION " + runs.incrementAndGet() + " " + body).status(201)
                                .header("Location", "/api/shop/orders/" + runs.get());
                        }
                        private static Response gated() throws InterruptedException {
                            gate.await();
                            return Response.text("gated " + runs.incrementAndGet());
                        }
                        private static Response failing() {
                            if (runs.incrementAndGet() == 1) { throw new IllegalStateException("no"); }
                            return Response.text("run " + runs.get());
                        }
                        private static Response slow() throws InterruptedException {
                            runs.incrementAndGet();
                            new CountDownLatch(1).await();
                            return Response.noContent();
                        }
                        """.replace("VERSION", version))
                .route("Route.post(\"/orders\", r -> order(r)).access(Access.WRITE).maxBodyBytes(4L << 20)")
                .route(
                        "Route.post(\"/long\", r -> Response.text((\"all the same \" + runs.incrementAndGet()).repeat(1000)))"
                                + ".access(Access.WRITE)")
                .route("Route.post(\"/gated\", r -> gated()).access(Access.WRITE)")
                .route("Route.post(\"/failing\", r -> failing()).access(Access.WRITE)")
                .route("Route.post(\"/slow\", r -> slow()).access(Access.WRITE).deadline(Duration.ofMillis(500))")
                .route(
                        "Route.post(\"/open\", r -> { gate.countDown(); return Response.noContent(); }).access(Access.WRITE)")
                .route("Route.get(\"/runs\", r -> Response.text(\"\" + runs.get())).access(Access.READ)");
    }

    private void install(PluginJar jar) throws Exception {
        HttpResponse<String> installed = hosts.host().install(jar);
        assertThat(installed.statusCode()).as(installed.body()).isLessThan(300);
    }

    private HttpRequest.Builder keyed(String path, String key, String body) {
        return hosts.host()
                .request(path)
                .header("Idempotency-Key", key)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> post(String path, String key, String body) throws Exception {
        return hosts.host().send(keyed(path, key, body));
    }

    private static boolean isReplayed(HttpResponse<?> answer) {
        return answer.headers().firstValue("Idempotency-Replayed").equals(Optional.of("true"));
    }

    private String runs() throws Exception {
        return hosts.host().get("/api/shop/runs").body();
    }

    @Test
    void a_retry_gets_the_same_response_after_a_swap_and_a_restart() throws Exception {
        install(shop("1.0.0"));
        HttpResponse<String> first = post("/api/shop/orders", "\"k-1\"", "one");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(isReplayed(first)).isFalse();

        HttpResponse<String> second = post("/api/shop/orders", "\"k-1\"", "one");
        install(shop("1.1.0"));
        HttpResponse<String> afterSwap = post("/api/shop/orders", "k-1", "one");
        hosts.restart();
        HttpResponse<String> afterRestart = post("/api/shop/orders", "k-1", "one");

        for (HttpResponse<String> again : List.of(second, afterSwap, afterRestart)) {
            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(again.body()).isEqualTo("1.0.0 1 one");
            assertThat(again.headers().firstValue("Location")).contains("/api/shop/orders/1");
            assertThat(again.headers().firstValue("Content-Type"))
                    .isEqualTo(first.headers().firstValue("Content-Type"));
            assertThat(isReplayed(again)).isTrue();
        }
        assertThat(runs()).isEqualTo("0");
        assertThat(hosts.host().get("/metrics").body())
                .contains("busbar_idempotency_requests_total{platform=\"shop\",result=\"replayed\"} 1");
    }

    @Test
    void a_response_that_a_client_has_seen_survives_a_killed_process() throws Exception {
        install(shop("1.0.0"));
        Path data = hosts.data();
        hosts.stop();
        Process child = HostProcessUrl.start(data);
        try {
            String url = HostProcessUrl.await(data);
            String key = Files.readString(data.resolve("admin.key")).strip();
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/shop/orders"))
                    .header("X-API-Key", key)
                    .header("Idempotency-Key", "k-9")
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("one"))
                    .build();
            HttpResponse<String> seen = CLIENT.send(request, BodyHandlers.ofString());
            assertThat(seen.body()).isEqualTo("1.0.0 1 one");
        } finally {
            HostProcessUrl.kill(child, data);
        }

        HttpResponse<String> again = post("/api/shop/orders", "k-9", "one");
        assertThat(again.body()).isEqualTo("1.0.0 1 one");
        assertThat(isReplayed(again)).isTrue();
        assertThat(runs()).isEqualTo("0");
    }

    /** A host in a process of its own. */
    private static final class HostProcessUrl {
        private HostProcessUrl() {}

        static Process start(Path data) throws Exception {
            return HostProcess.start(data);
        }

        static String await(Path data) throws Exception {
            Awaitility.await().atMost(LIMIT).until(() -> Files.exists(data.resolve("busbar.json")));
            return MAPPER.readTree(data.resolve("busbar.json").toFile())
                    .get("url")
                    .asText();
        }

        static void kill(Process child, Path data) throws Exception {
            child.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
            Files.deleteIfExists(data.resolve("busbar.json"));
        }
    }

    @Test
    void another_request_with_the_key_is_422_and_another_caller_has_its_own_keys() throws Exception {
        install(shop("1.0.0"));
        post("/api/shop/orders", "k-1", "one");

        HttpResponse<String> other = post("/api/shop/orders", "k-1", "two");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("urn:busbar:problem:idempotency-key-reused");
        assertThat(post("/api/shop/orders?draft=1", "k-1", "one").statusCode()).isEqualTo(422);

        HttpRequest.Builder stranger = HttpRequest.newBuilder(hosts.host().uri("/api/shop/orders"))
                .header("X-API-Key", newKey("dora", "developer"))
                .header("Idempotency-Key", "k-1")
                .POST(BodyPublishers.ofString("one"));
        HttpResponse<String> theirs = hosts.host().send(stranger);
        assertThat(isReplayed(theirs)).isFalse();
        assertThat(theirs.body()).doesNotContain("1.0.0 1");
    }

    @Test
    void a_caller_that_lost_the_permission_gets_no_replay() throws Exception {
        install(shop("1.0.0"));
        role("[\"shop:write\"]");
        String key = newKey("carl", "shopper");
        HttpRequest.Builder request = HttpRequest.newBuilder(hosts.host().uri("/api/shop/orders"))
                .header("X-API-Key", key)
                .header("Idempotency-Key", "k-1")
                .POST(BodyPublishers.ofString("one"));
        assertThat(hosts.host().send(request).body()).isEqualTo("1.0.0 1 one");

        role("[\"shop:read\"]");

        assertThat(hosts.host().send(request).statusCode()).isEqualTo(403);
    }

    private void role(String permissions) throws Exception {
        hosts.host()
                .send(hosts.host()
                        .request("/admin/roles/shopper")
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"permissions\":" + permissions + "}")));
    }

    private String newKey(String owner, String role) throws Exception {
        HttpResponse<String> made = hosts.host()
                .post(
                        "/admin/keys",
                        "application/json",
                        "{\"name\":\"k\",\"owner\":\"" + owner + "\",\"kind\":\"service\",\"roles\":[\"" + role
                                + "\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return MAPPER.readTree(made.body()).get("key").asText();
    }

    @Test
    void retries_get_409_while_the_first_request_runs_and_its_response_afterwards() throws Exception {
        install(shop("1.0.0"));
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            all.add(CLIENT.sendAsync(keyed("/api/shop/gated", "k-1", "").build(), BodyHandlers.ofString()));
        }
        await().atMost(LIMIT)
                .until(() -> all.stream().filter(CompletableFuture::isDone).count() == 19);

        assertThat(all.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
                .allSatisfy(rejected -> {
                    assertThat(rejected.statusCode()).isEqualTo(409);
                    assertThat(rejected.body()).contains("urn:busbar:problem:conflict");
                    assertThat(rejected.headers().firstValue("Retry-After")).contains("1");
                });
        hosts.host().post("/api/shop/open", "text/plain", "");
        await().atMost(LIMIT).until(() -> all.stream().allMatch(CompletableFuture::isDone));

        HttpResponse<String> again = post("/api/shop/gated", "k-1", "");
        assertThat(again.body()).isEqualTo("gated 1");
        assertThat(isReplayed(again)).isTrue();
    }

    @Test
    void a_handler_that_threw_runs_again_and_one_past_its_deadline_does_not() throws Exception {
        install(shop("1.0.0"));
        assertThat(post("/api/shop/failing", "k-1", "").statusCode()).isEqualTo(500);
        assertThat(post("/api/shop/failing", "k-1", "").body()).isEqualTo("run 2");
        assertThat(isReplayed(post("/api/shop/failing", "k-1", ""))).isTrue();

        assertThat(post("/api/shop/slow", "k-2", "").statusCode()).isEqualTo(504);
        HttpResponse<String> again = post("/api/shop/slow", "k-2", "");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(runs()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Idempotency-Key: \"open\r\n",
                "Idempotency-Key: a b\r\n",
                "Idempotency-Key:\r\n",
                "Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
                "Idempotency-Key: \"a\", \"b\"\r\n"
            })
    void a_malformed_key_is_400_and_no_handler_runs(String fields) throws Exception {
        install(shop("1.0.0"));
        try (Wire wire = Wire.to(hosts.host().host().port())) {
            wire.text("POST /api/shop/orders HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                    + hosts.host().key() + "\r\nContent-Length: 0\r\n" + fields + "\r\n");
            assertThat(wire.read().status()).isEqualTo(400);
        }
        assertThat(runs()).isEqualTo("0");
    }

    @Test
    void bodies_without_a_length_and_empty_ones_are_read_too() throws Exception {
        install(shop("1.0.0"));
        String large = "x".repeat(100_000);
        HttpRequest.Builder chunked = hosts.host()
                .request("/api/shop/orders")
                .header("Idempotency-Key", "k-1")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))));
        assertThat(hosts.host().send(chunked).body()).isEqualTo("1.0.0 1 " + large);
        assertThat(isReplayed(hosts.host().send(chunked))).isTrue();

        HttpRequest.Builder tooLarge = hosts.host()
                .request("/api/shop/orders")
                .header("Idempotency-Key", "k-2")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[(1 << 20) + 1])));
        assertThat(hosts.host().send(tooLarge).statusCode()).isEqualTo(413);

        try (Wire wire = Wire.to(hosts.host().host().port())) {
            wire.text("POST /api/shop/orders HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "
                    + hosts.host().key() + "\r\nIdempotency-Key: k-3\r\n\r\n");
            assertThat(wire.read().body()).isEqualTo("1.0.0 2 ");
        }
    }

    @Test
    void a_response_that_was_sent_compressed_is_stored_uncompressed() throws Exception {
        install(shop("1.0.0"));
        HttpRequest compressed = keyed("/api/shop/long", "k-1", "")
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<byte[]> first = CLIENT.send(compressed, BodyHandlers.ofByteArray());
        HttpResponse<byte[]> second = CLIENT.send(compressed, BodyHandlers.ofByteArray());

        String plain = post("/api/shop/long", "k-1", "").body();

        assertThat(plain).startsWith("all the same 1all the same 1");
        for (HttpResponse<byte[]> each : List.of(first, second)) {
            assertThat(each.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(new GZIPInputStream(new ByteArrayInputStream(each.body())).readAllBytes())
                    .isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_platform_call_with_a_key_runs_once_for_its_caller() throws Exception {
        install(shop("1.0.0"));
        install(PluginJar.named("relay").members("""
                        private PlatformContext context;
                        @Override public void start(PlatformContext context) { this.context = context; }
                        private Response relay() throws InterruptedException {
                            PlatformResponse a = context.platforms().call("shop", PlatformCall.post("/orders")
                                .header("idempotency-key", "k-1").body("text/plain", new byte[] {'o'}));
                            return Response.text(a.status() + " " + new String(a.bytes(), StandardCharsets.UTF_8)
                                + " " + a.header("idempotency-replayed").orElse("-"));
                        }
                        """).route("Route.get(\"/once\", r -> relay()).access(Access.READ)"));

        assertThat(hosts.host().get("/api/relay/once").body()).isEqualTo("201 1.0.0 1 o -");
        assertThat(hosts.host().get("/api/relay/once").body()).isEqualTo("201 1.0.0 1 o true");
        assertThat(isReplayed(post("/api/shop/orders", "k-1", "o"))).isTrue();
    }
}
