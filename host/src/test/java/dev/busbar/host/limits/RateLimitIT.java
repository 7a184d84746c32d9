package dev.busbar.host.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits as clients see them. Each test has its own principal, so that no test uses the quota of another. */
final class RateLimitIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LIMITS = """
            cors:
              origins: [https://app.example.org]
            limits:
              usual:
                limit: 100
                window: 10h
                by: principal
              few:
                limit: 3
                window: 1h
                by: key
              place:
                kind: concurrency
                limit: 1
                by: principal
            plans:
              default:
                policies: [usual]
              small:
                policies: [few]
              single:
                policies: [place]
            """;

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        Path file = Files.writeString(data.resolve("limits.yaml"), LIMITS);
        host = Lab.start(data, "--config=" + file);
        host.install(PluginJar.named("heavy")
                .route("Route.get(\"/report\", r -> Response.text(\"x\").header(\"RateLimit\", \"\\\"own\\\";r=1\"))"
                        + ".access(Access.READ).cost(40)")
                .route("Route.post(\"/write\", r -> Response.text(\"w\")).access(Access.WRITE)"));
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static JsonNode newKey(String owner, String plan) throws Exception {
        String rated = plan.isEmpty() ? "" : ",\"ratePlan\":\"" + plan + "\"";
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"" + owner + "\",\"kind\":\"service\",\"roles\":[\"analyst\"]" + rated
                        + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return MAPPER.readTree(made.body());
    }

    private static HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(host.uri(path)).header("X-API-Key", key);
    }

    private static HttpResponse<String> get(String path, String key) throws Exception {
        return host.send(request(path, key));
    }

    private static String field(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void exactly_the_limit_of_five_hundred_concurrent_requests_passes() throws Exception {
        String key = newKey("crowd", "").get("key").asText();
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<Void>>> all = new ArrayList<>();

        for (int i = 0; i < 500; i++) {
            HttpRequest request = request("/api/lab/me?noise=" + i, key).build();
            all.add(client.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
        }
        List<Integer> statuses =
                all.stream().map(answer -> answer.join().statusCode()).toList();

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(100);
        assertThat(statuses).filteredOn(status -> status == 429).hasSize(400);
    }

    @Test
    void every_response_of_a_limited_route_reports_the_remaining_quota() throws Exception {
        String key = newKey("reader", "").get("key").asText();

        HttpResponse<String> good = get("/api/lab/me", key);
        HttpResponse<String> forbidden =
                host.send(request("/api/heavy/write", key).POST(HttpRequest.BodyPublishers.noBody()));
        HttpResponse<String> streamed = get("/api/lab/stream?n=3", key);
        HttpResponse<String> failed = get("/api/lab/conflict", key);

        assertThat(field(good, "RateLimit-Policy")).isEqualTo("\"usual\";q=100;w=36000");
        assertThat(field(good, "RateLimit")).isEqualTo("\"usual\";r=99;t=360");
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(field(forbidden, "RateLimit")).startsWith("\"usual\";r=98;t=");
        assertThat(field(streamed, "RateLimit")).startsWith("\"usual\";r=97;t=");
        assertThat(failed.statusCode()).isEqualTo(409);
        assertThat(field(failed, "RateLimit")).startsWith("\"usual\";r=96;t=");
    }

    @Test
    void a_rejection_names_the_policy_and_when_to_retry() throws Exception {
        String key = newKey("eager", "small").get("key").asText();
        for (int i = 0; i < 3; i++) {
            assertThat(get("/api/lab/me", key).statusCode()).isEqualTo(200);
        }

        HttpResponse<String> rejected = get("/api/lab/me", key);

        assertThat(rejected.statusCode()).isEqualTo(429);
        assertThat(field(rejected, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(field(rejected, "Cache-Control")).isEqualTo("no-store");
        JsonNode problem = MAPPER.readTree(rejected.body());
        assertThat(problem.get("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.get("violated-policies"))
                .extracting(JsonNode::asText)
                .containsExactly("few");
        String wait = field(rejected, "Retry-After");
        assertThat(Integer.parseInt(wait)).isBetween(1_100, 1_200);
        assertThat(field(rejected, "RateLimit")).isEqualTo("\"few\";r=0;t=" + wait);
    }

    @Test
    void rotation_tokens_and_other_spellings_do_not_evade_a_limit() throws Exception {
        JsonNode made = newKey("turner", "small");
        String key = made.get("key").asText();
        for (String path : new String[] {"/api/lab/me", "/api/lab/me?x=1", "/api/lab/items/7"}) {
            assertThat(get(path, key).statusCode()).isEqualTo(200);
        }
        JsonNode token = MAPPER.readTree(host.send(HttpRequest.newBuilder(host.uri("/auth/token"))
                        .header("Authorization", "ApiKey " + key)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")))
                .body());
        HttpResponse<String> rotated =
                host.post("/admin/keys/" + made.get("id").asText() + "/rotate", "application/json", "{}");
        String successor = MAPPER.readTree(rotated.body()).get("key").asText();

        assertThat(get("/api/lab/%6De", key).statusCode()).isEqualTo(429);
        assertThat(get("/api/lab/me", successor).statusCode()).isEqualTo(429);
        assertThat(host.send(HttpRequest.newBuilder(host.uri("/api/lab/me"))
                                .header(
                                        "Authorization",
                                        "Bearer " + token.get("access_token").asText()))
                        .statusCode())
                .isEqualTo(429);
    }

    @Test
    void an_anonymous_client_is_counted_by_address_whatever_its_headers_claim() throws Exception {
        List<String> left = new ArrayList<>();
        for (String claim : new String[] {"203.0.113.1", "203.0.113.2", "garbage"}) {
            try (Wire wire = Wire.to(host.host().port())) {
                left.add(wire.lines(
                                "GET /api/lab HTTP/1.1",
                                "Host: localhost",
                                "X-Forwarded-For: " + claim,
                                "X-Real-IP: " + claim,
                                "Forwarded: for=" + claim)
                        .text("\r\n")
                        .read()
                        .header("RateLimit"));
            }
        }

        assertThat(left.get(0)).startsWith("\"usual\";r=");
        int first = remaining(left.get(0));
        assertThat(left).extracting(RateLimitIT::remaining).containsExactly(first, first - 1, first - 2);
    }

    private static int remaining(String field) {
        return Integer.parseInt(field.replaceAll(".*;r=(\\d+).*", "$1"));
    }

    @Test
    void a_wrong_credential_takes_nothing_from_the_principal_that_it_names() throws Exception {
        String key = newKey("victim", "").get("key").asText();
        assertThat(remaining(field(get("/api/lab/me", key), "RateLimit"))).isEqualTo(99);

        for (int i = 0; i < 5; i++) {
            char last = key.charAt(key.length() - 1);
            String wrong = key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a');
            HttpResponse<String> rejected = get("/api/lab/me", wrong);
            assertThat(rejected.statusCode()).isEqualTo(401);
            assertThat(rejected.headers().map()).doesNotContainKey("ratelimit");
        }

        assertThat(remaining(field(get("/api/lab/me", key), "RateLimit"))).isEqualTo(98);
    }

    @Test
    void a_preflight_takes_nothing_and_a_page_may_read_the_remaining_quota() throws Exception {
        String key = newKey("page", "").get("key").asText();
        HttpRequest.Builder preflight = HttpRequest.newBuilder(host.uri("/api/lab/me"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://app.example.org")
                .header("Access-Control-Request-Method", "GET");
        assertThat(host.send(preflight).headers().map()).doesNotContainKey("ratelimit");

        HttpResponse<String> answer =
                host.send(request("/api/lab/me", key).header("Origin", "https://app.example.org"));

        assertThat(remaining(field(answer, "RateLimit"))).isEqualTo(99);
        assertThat(field(answer, "Access-Control-Expose-Headers"))
                .contains("RateLimit,", "RateLimit-Policy", "Retry-After");
    }

    @Test
    void a_swap_refills_no_bucket() throws Exception {
        String key = newKey("swapper", "small").get("key").asText();
        for (int i = 0; i < 3; i++) {
            assertThat(get("/api/lab/me", key).statusCode()).isEqualTo(200);
        }

        assertThat(host.install(Lab.jar("1.1.0")).statusCode()).isEqualTo(200);

        assertThat(get("/api/lab/me", key).statusCode()).isEqualTo(429);
    }

    @Test
    void a_route_may_cost_more_and_a_plugin_cannot_set_the_headers_of_limits() throws Exception {
        String key = newKey("costly", "").get("key").asText();

        HttpResponse<String> first = get("/api/heavy/report", key);
        assertThat(get("/api/heavy/report", key).statusCode()).isEqualTo(200);
        HttpResponse<String> third = get("/api/heavy/report", key);

        assertThat(first.headers().allValues("RateLimit")).containsExactly("\"usual\";r=60;t=360");
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(get("/api/lab/me", key).statusCode()).isEqualTo(200);
    }

    @Test
    void a_slot_is_released_when_the_response_is_complete() throws Exception {
        String key = newKey("single", "single").get("key").asText();
        HttpResponse<InputStream> streamed = HttpClient.newHttpClient()
                .send(request("/api/lab/gated", key).build(), HttpResponse.BodyHandlers.ofInputStream());

        HttpResponse<String> rejected = get("/api/lab/me", key);
        host.post("/api/lab/gate", "text/plain", "");
        byte[] all = streamed.body().readAllBytes();

        assertThat(field(streamed, "RateLimit")).isEqualTo("\"place\";r=0");
        assertThat(rejected.statusCode()).isEqualTo(429);
        assertThat(field(rejected, "Retry-After")).isEqualTo("1");
        assertThat(all).asString().isEqualTo("firstsecond");
        await("the handler has returned").until(() -> get("/api/lab/me", key).statusCode() == 200);
    }

    @Test
    void decisions_are_counted_and_the_host_itself_is_not_limited() throws Exception {
        String key = newKey("metered", "small").get("key").asText();
        for (int i = 0; i < 4; i++) {
            assertThat(get("/api/lab/me", key).statusCode()).isEqualTo(i < 3 ? 200 : 429);
        }

        HttpResponse<String> metrics = host.get("/metrics");

        assertThat(metrics.headers().map()).doesNotContainKey("ratelimit");
        assertThat(get("/auth/whoami", key).headers().map()).doesNotContainKey("ratelimit");
        assertThat(metrics.body())
                .containsPattern("busbar_ratelimit_decisions_total\\{decision=\"allowed\",policy=\"few\"} [1-9]")
                .containsPattern("busbar_ratelimit_decisions_total\\{decision=\"refused\",policy=\"few\"} [1-9]");
    }
}
