package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostProcess;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.TokenText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose file may not grow stands for a disk that is full. */
class FullDiskIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(path)))
                .header("X-API-Key", Files.readString(data.resolve("admin.key")).strip())
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String url(String path) throws IOException {
        return JSON.readTree(data.resolve("busbar.json").toFile()).get("url").asText() + path;
    }

    private static PluginJar jar(String id, String version) {
        return PluginJar.named(id)
                .version(version)
                .route("Route.get(\"/version\", request -> Response.text(\"" + version + "\")).access(Access.PUBLIC)");
    }

    @Test
    void containment_actions_work_on_and_are_chained_afterwards() throws Exception {
        JsonNode leaked;
        JsonNode kept;
        try (TestHost host = TestHost.start(data)) {
            leaked = newKey(host);
            kept = newKey(host);
            for (String each : List.of("1.0.0", "1.1.0")) {
                assertThat(host.install(jar("billing", each)).statusCode()).isEqualTo(200);
                assertThat(host.install(jar("orders", each)).statusCode()).isEqualTo(200);
            }
        }
        long kibibytes = Math.max(Files.size(data.resolve("store/busbar.mv.db")) / 1024, 1_100) + 64;
        Process child = HostProcess.startLimited(data, kibibytes);
        try {
            await().atMost(LIMIT).until(() -> Files.exists(data.resolve("busbar.json")));
            String token = token(kept);
            assertThat(whoAmI("X-API-Key", leaked.get("key").asText())).isEqualTo(200);
            assertThat(whoAmI("Authorization", "Bearer " + token)).isEqualTo(200);
            assertNotNow(firstRefusal());

            assertDone(post("/admin/plugins/billing/rollback", ""));
            assertDone(post("/admin/plugins/orders/disable", ""));

            assertThat(send("DELETE", "/admin/keys/" + leaked.get("id").asText(), "")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(post("/admin/revocations", "{\"jti\":\"" + TokenText.claim(token, "jti") + "\"}")
                            .statusCode())
                    .isBetween(200, 204);

            assertThat(whoAmI("X-API-Key", leaked.get("key").asText())).isEqualTo(401);
            assertThat(whoAmI("Authorization", "Bearer " + token)).isEqualTo(401);
            assertThat(whoAmI("X-API-Key", kept.get("key").asText())).isEqualTo(200);
            assertThat(send("GET", "/api/billing/version", "").body()).isEqualTo("1.0.0");
            assertThat(send("GET", "/api/orders/version", "").statusCode()).isEqualTo(503);
            assertNotNow(key());
        } finally {
            end(child);
        }

        try (TestHost host = TestHost.start(data)) {
            assertThat(host.get("/api/billing/version").body()).isEqualTo("1.0.0");
            assertThat(host.get("/admin/plugins/orders").body()).contains("DISABLED");
            assertThat(host.get("/admin/keys/" + leaked.get("id").asText()).body())
                    .contains("revokedAt");
            assertThat(host.get("/admin/revocations").body()).contains("\"kind\":\"token\"");
            assertThat(host.get("/admin/audit?action=key.revoke").body()).contains("\"spooled\":\"chained at ");
            assertThat(host.get("/admin/audit?action=plugin.").body())
                    .contains("\"action\":\"plugin.rollback\"")
                    .contains("\"action\":\"plugin.disable\"")
                    .contains("\"spooled\":\"chained at ");
            assertThat(host.get("/admin/audit/verify").body()).contains("\"intact\":true");
        }
    }

    private void end(Process child) throws Exception {
        child.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        Files.deleteIfExists(data.resolve("busbar.json"));
    }

    private static JsonNode newKey(TestHost host) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"robot-" + System.nanoTime()
                        + "\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return JSON.readTree(made.body());
    }

    private String token(JsonNode key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("/auth/token")))
                .header("X-API-Key", key.get("key").asText())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        HttpResponse<String> answer = await().atMost(LIMIT)
                .until(
                        () -> client.send(request, HttpResponse.BodyHandlers.ofString()),
                        response -> response.statusCode() == 200);
        return JSON.readTree(answer.body()).get("access_token").asText();
    }

    private int whoAmI(String field, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("/auth/whoami")))
                .header(field, value)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private HttpResponse<String> key() throws IOException, InterruptedException {
        String name = "x".repeat(200);
        return post(
                "/admin/keys",
                "{\"name\":\"" + name + "\",\"owner\":\"robot\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
    }

    private HttpResponse<String> firstRefusal() {
        return await().atMost(LIMIT).until(this::key, answer -> answer.statusCode() >= 400);
    }

    private static void assertDone(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void assertNotNow(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(refused.headers().firstValue("retry-after")).contains("2");
        assertThat(refused.body())
                .contains("urn:busbar:problem:temporarily-unavailable")
                .contains("Temporarily unavailable");
    }
}
