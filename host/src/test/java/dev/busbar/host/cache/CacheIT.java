package dev.busbar.host.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The response cache as clients see it, on a real host. */
final class CacheIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String POLICY = "CachePolicy.of(Duration.ofMinutes(5))";

    @TempDir
    static Path data;

    private static TestHost host;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static PluginJar shop(String version) {
        return PluginJar.named("shop")
                .version(version)
                .members("""
                        private final AtomicInteger calls = new AtomicInteger();
                        private final AtomicBoolean failing = new AtomicBoolean();
                        private final CountDownLatch gate = new CountDownLatch(1);
                        private Response next(String what) {
                            return Response.text(what + " " + calls.incrementAndGet());
                        }
                        private Response failing() {
                            if (failing.get()) { throw new IllegalStateException("no"); }
                            return next("steady");
                        }
                        private Response gated() throws InterruptedException {
                            gate.await();
                            return next("gated");
                        }
                        private void lines(OutputStream out) throws IOException {
                            out.write("first line\\n".getBytes(StandardCharsets.UTF_8));
                            out.flush();
                            try { gate.await(); } catch (InterruptedException e) { throw new IOException(e); }
                            out.write("last line\\n".getBytes(StandardCharsets.UTF_8));
                        }
                        """)
                .route("Route.get(\"/me\", r -> next(r.principal().map(Principal::id).orElse(\"nobody\")))"
                        + ".access(Access.READ).cache(" + POLICY + ")")
                .route("Route.get(\"/all\", r -> next(r.principal().map(Principal::id).orElse(\"nobody\")))"
                        + ".access(Access.READ).cache(" + POLICY + ".shared().tags(\"prices\"))")
                .route("Route.get(\"/fields\", r -> next(r.header(\"X-Forwarded-Host\").orElse(\"-\")"
                        + " + r.header(\"X-Unit\").orElse(\"-\") + r.header(\"User-Agent\").orElse(\"-\")"
                        + " + new String(bytes(r), StandardCharsets.UTF_8)))"
                        + ".access(Access.READ).cache(" + POLICY + ".vary(\"X-Unit\"))")
                .members(
                        "private static byte[] bytes(Request r) {"
                                + " try { return r.body().readAllBytes(); } catch (IOException e) { throw new UncheckedIOException(e); } }")
                .route("Route.get(\"/steady\", r -> failing()).access(Access.READ)"
                        + ".cache(CachePolicy.of(Duration.ofMillis(1)).staleIfError(Duration.ofMinutes(5)))")
                .route("Route.post(\"/fail\", r -> { failing.set(true); return Response.noContent(); })"
                        + ".access(Access.WRITE)")
                .route("Route.post(\"/all\", r -> Response.noContent()).access(Access.WRITE)")
                .route(
                        "Route.post(\"/prices\", r -> Response.noContent()).access(Access.WRITE).invalidates(\"prices\")")
                .route("Route.get(\"/gated\", r -> gated()).access(Access.READ).cache(" + POLICY + ")")
                .route("Route.post(\"/open\", r -> { gate.countDown(); return Response.noContent(); })"
                        + ".access(Access.WRITE)")
                .route("Route.post(\"/sum\", r -> next(new String(bytes(r), StandardCharsets.UTF_8)))"
                        + ".access(Access.READ).deadline(Duration.ofSeconds(2)).pure().cache(" + POLICY + ")")
                .route("Route.get(\"/calls\", r -> Response.text(\"\" + calls.get())).access(Access.READ)")
                .route("Route.get(\"/lines\", r -> Response.stream(\"text/csv\", this::lines)).access(Access.READ)")
                .route("Route.get(\"/long\", r -> Response.text(\"all the same \".repeat(1000)))"
                        + ".access(Access.READ).cache(" + POLICY + ".shared())");
    }

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @BeforeEach
    void installAnew() throws Exception {
        host.remove("shop");
        HttpResponse<String> installed = host.install(shop("1.0.0"), "?allowDowngrade=true");
        assertThat(installed.statusCode()).as(installed.body()).isLessThan(300);
    }

    private static String newKey(String owner, String role) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"" + owner + "\",\"kind\":\"service\",\"roles\":[\"" + role + "\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return MAPPER.readTree(made.body()).get("key").asText();
    }

    private static HttpResponse<String> get(String path, String key, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path)).header("X-API-Key", key);
        return host.send(fields.length == 0 ? request : request.headers(fields));
    }

    private static String status(HttpResponse<?> answer) {
        return answer.headers().firstValue("Cache-Status").orElse("");
    }

    @Test
    void a_response_to_one_caller_is_never_served_to_another() throws Exception {
        String anna = newKey("anna-1", "analyst");
        String bert = newKey("bert-1", "analyst");

        HttpResponse<String> first = get("/api/shop/me", anna);
        assertThat(first.body()).isEqualTo("anna-1 1");
        assertThat(first.headers().firstValue("Cache-Control")).contains("private");
        assertThat(first.headers().firstValue("Vary").orElse("")).contains("Authorization, X-API-Key");
        assertThat(get("/api/shop/me", bert).body()).isEqualTo("bert-1 2");
        assertThat(get("/api/shop/me", anna).body()).isEqualTo("anna-1 1");
        assertThat(get("/api/shop/me", "bsb_none").statusCode()).isEqualTo(401);
        assertThat(host.send(HttpRequest.newBuilder(host.uri("/api/shop/me"))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_shared_response_hides_the_caller_from_the_handler_and_still_requires_the_permission() throws Exception {
        String anna = newKey("anna-2", "analyst");
        String stranger = newKey("dora-2", "developer");

        assertThat(get("/api/shop/all", anna).body()).isEqualTo("nobody 1");
        assertThat(status(get("/api/shop/all", host.key()))).startsWith("busbar; hit; ttl=");
        assertThat(get("/api/shop/all", stranger).statusCode()).isEqualTo(403);
    }

    @Test
    void a_caller_that_lost_the_permission_gets_no_cached_response() throws Exception {
        host.send(host.request("/admin/roles/shopper")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"shop:read\"]}")));
        String key = newKey("carl-3", "shopper");
        assertThat(get("/api/shop/me", key).body()).isEqualTo("carl-3 1");

        host.send(host.request("/admin/roles/shopper")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"shop:read\",\"shop:write\"]}")));
        assertThat(get("/api/shop/me", key).body()).isEqualTo("carl-3 2");
        host.send(host.request("/admin/roles/shopper")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"other:read\"]}")));

        assertThat(get("/api/shop/me", key).statusCode()).isEqualTo(403);
    }

    @Test
    void headers_and_bodies_outside_the_cache_key_reach_no_handler() throws Exception {
        HttpResponse<String> poisoned = host.send(host.request("/api/shop/fields")
                .header("X-Forwarded-Host", "evil.example")
                .header("User-Agent", "evil")
                .method("GET", BodyPublishers.ofString("evil body")));

        assertThat(poisoned.body()).isEqualTo("--- 1");
        assertThat(host.get("/api/shop/fields").body()).isEqualTo("--- 1");
        assertThat(get("/api/shop/fields", host.key(), "X-Unit", "m").body()).isEqualTo("-m- 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/shop/me/x.css", "/api/shop/me;.js", "/api/shop/me%2fx.css", "/api/shop/me/"})
    void a_path_that_looks_like_a_file_gets_no_cached_response(String path) throws Exception {
        host.get("/api/shop/me");

        HttpResponse<String> answer = host.get(path);

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(status(answer)).isEmpty();
    }

    @Test
    void head_range_and_conditions_work_with_cached_responses() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            String fields = "Host: localhost\r\nX-API-Key: " + host.key() + "\r\n";
            Wire.Answer head = wire.text("HEAD /api/shop/me HTTP/1.1\r\n" + fields + "\r\n")
                    .readHead();
            Wire.Answer ranged = wire.text("GET /api/shop/me HTTP/1.1\r\nRange: bytes=0-1\r\n" + fields + "\r\n")
                    .read();
            Wire.Answer known = wire.text("GET /api/shop/me HTTP/1.1\r\nRange: bytes=0-1\r\nIf-None-Match: "
                            + ranged.header("ETag") + "\r\n" + fields + "\r\n")
                    .read();
            Wire.Answer knownHead = wire.text("HEAD /api/shop/me HTTP/1.1\r\nIf-None-Match: *\r\n" + fields + "\r\n")
                    .readHead();

            assertThat(head.header("Content-Length"))
                    .isEqualTo(Integer.toString(ranged.body().length()));
            assertThat(ranged.status()).isEqualTo(200);
            assertThat(ranged.header("Cache-Status")).startsWith("busbar; hit");
            assertThat(known.status()).isEqualTo(304);
            assertThat(known.body()).isEmpty();
            assertThat(knownHead.status()).isEqualTo(304);
        }
    }

    @Test
    void a_new_version_starts_without_the_responses_of_the_old_one() throws Exception {
        String before = host.get("/api/shop/all").body();
        host.get("/api/shop/all");
        assertThat(host.install(shop("1.1.0")).statusCode()).isLessThan(300);

        HttpResponse<String> after = host.get("/api/shop/all");

        assertThat(before).isEqualTo("nobody 1");
        assertThat(status(after)).isEqualTo("busbar; fwd=miss; stored");
    }

    @Test
    void changes_invalidate_cached_responses() throws Exception {
        host.get("/api/shop/all?page=1");
        host.post("/api/shop/all", "text/plain", "x");
        assertThat(status(host.get("/api/shop/all?page=1"))).startsWith("busbar; fwd=miss");
        host.post("/api/shop/prices", "text/plain", "x");
        assertThat(status(host.get("/api/shop/all?page=1"))).startsWith("busbar; fwd=miss");
        host.post("/api/shop/open", "text/plain", "x");
        assertThat(status(host.get("/api/shop/all?page=1"))).startsWith("busbar; hit");
    }

    @Test
    void a_maintainer_purges_responses_and_is_audited() throws Exception {
        host.post(
                "/admin/cache/purge", "application/json", "{\"platform\":\"shop\"}"); // entries of earlier generations
        host.get("/api/shop/all");
        HttpResponse<String> purged =
                host.post("/admin/cache/purge", "application/json", "{\"platform\":\"shop\",\"tag\":\"prices\"}");

        assertThat(purged.body()).isEqualTo("{\"purged\":1}");
        assertThat(status(host.get("/api/shop/all"))).startsWith("busbar; fwd=miss");
        assertThat(host.get("/admin/audit?action=cache.purge").body()).contains("\"tag\":\"prices\"");
        for (String wrong : new String[] {"{}", "{\"prefix\":\"api\"}", "{\"tag\":\"\"}"}) {
            assertThat(host.post("/admin/cache/purge", "application/json", wrong)
                            .statusCode())
                    .isEqualTo(422);
        }
        String analyst = newKey("anna-4", "analyst");
        assertThat(host.send(HttpRequest.newBuilder(host.uri("/admin/cache/purge"))
                                .header("X-API-Key", analyst)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"platform\":\"shop\"}")))
                        .body())
                .contains("host:cache");
    }

    @Test
    void a_stale_response_replaces_the_error_of_a_handler_that_throws() throws Exception {
        HttpResponse<String> good = host.get("/api/shop/steady");
        host.post("/api/shop/fail", "text/plain", "x");

        HttpResponse<String> covered = host.get("/api/shop/steady");

        assertThat(covered.statusCode()).isEqualTo(200);
        assertThat(covered.body()).isEqualTo(good.body());
        assertThat(status(covered)).startsWith("busbar; fwd=stale; fwd-status=500");
        assertThat(covered.headers().firstValue("Warning")).isEmpty();
    }

    @Test
    void identical_concurrent_requests_cost_one_call_even_if_the_first_client_disconnects() throws Exception {
        try (Wire first = Wire.to(host.host().port())) {
            first.lines("GET /api/shop/gated HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key(), "");
            await().until(() -> leases() > 0);
            first.reset();
        }
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(CLIENT.sendAsync(host.request("/api/shop/gated").build(), BodyHandlers.ofString()));
        }
        await().until(() -> leases() == 21);
        host.post("/api/shop/open", "text/plain", "x");

        for (CompletableFuture<HttpResponse<String>> other : others) {
            assertThat(other.join().body()).isEqualTo("gated 1");
        }
        assertThat(host.get("/api/shop/calls").body()).isEqualTo("1");
    }

    private static int leases() throws Exception {
        return MAPPER.readTree(host.get("/admin/plugins/shop/generations").body()).findValuesAsText("leases").stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    @Test
    void a_pure_post_is_cached_by_its_body_and_leaves_the_connection_usable() throws Exception {
        String head = "POST /api/shop/sum HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + host.key()
                + "\r\nContent-Type: text/plain\r\n";
        try (Wire wire = Wire.to(host.host().port())) {
            wire.text(head + "Content-Length: 6\r\n\r\n1+2");
            assertThat(host.get("/api/shop/calls").body()).isEqualTo("0");
            Wire.Answer first = wire.text("+3\n").read();
            Wire.Answer second =
                    wire.text(head + "Content-Length: 6\r\n\r\n1+2+3\n").read();
            Wire.Answer other = wire.text(head + "Content-Length: 3\r\n\r\n4+5").read();
            Wire.Answer chunked = wire.text(head + "Transfer-Encoding: chunked\r\n\r\n3\r\n4+5\r\n0\r\n\r\n")
                    .read();

            assertThat(first.body()).isEqualTo("1+2+3\n 1");
            assertThat(second.header("Cache-Status")).startsWith("busbar; hit");
            assertThat(other.body()).isEqualTo("4+5 2");
            assertThat(chunked.body()).isEqualTo("4+5 3");
            assertThat(chunked.header("Cache-Status")).isEqualTo("busbar; fwd=bypass");
        }
    }

    @Test
    void a_body_that_never_arrives_is_408_and_costs_no_thread_of_the_platform() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Wire.Answer answer = wire.lines(
                            "POST /api/shop/sum HTTP/1.1",
                            "Host: localhost",
                            "X-API-Key: " + host.key(),
                            "Content-Length: 5",
                            "",
                            "1+")
                    .read();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.problem()).isEqualTo("request-timeout");
        }
        assertThat(host.get("/api/shop/calls").body()).isEqualTo("0");
    }

    @Test
    void a_cached_response_is_compressed_for_clients_that_accept_it() throws Exception {
        HttpResponse<byte[]> zipped = CLIENT.send(
                host.request("/api/shop/long").header("Accept-Encoding", "gzip").build(), BodyHandlers.ofByteArray());

        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(zipped.headers().firstValue("Vary").orElse("")).contains("accept-encoding");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
                .hasSize(13_000);
        assertThat(host.get("/api/shop/long").body()).hasSize(13_000);
    }

    @Test
    void a_flush_of_a_compressed_stream_arrives_before_it_ends() throws Exception {
        HttpResponse<InputStream> answer = CLIENT.send(
                host.request("/api/shop/lines")
                        .header("Accept-Encoding", "gzip")
                        .build(),
                BodyHandlers.ofInputStream());
        GZIPInputStream lines = new GZIPInputStream(answer.body());

        assertThat(new String(lines.readNBytes(11), StandardCharsets.UTF_8)).isEqualTo("first line\n");
        host.post("/api/shop/open", "text/plain", "x");
        assertThat(new String(lines.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("last line\n");
    }

    @Test
    void the_results_of_the_cache_are_counted() throws Exception {
        host.get("/api/shop/me");
        host.get("/api/shop/me");

        assertThat(host.get("/metrics").body())
                .containsPattern("busbar_cache_requests_total\\{platform=\"shop\",result=\"hit\"} [1-9]")
                .containsPattern("busbar_cache_bytes [1-9]")
                .containsPattern("busbar_cache_entries [1-9]");
    }
}
