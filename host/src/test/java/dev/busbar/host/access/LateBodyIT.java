package dev.busbar.host.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests whose last byte arrives after their credential has ended, or has lost its permission. */
final class LateBodyIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String JSON = "application/json";

    @TempDir
    static Path data;

    private static TestHost host;
    private static int owners;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private record Mallory(String owner, String id, String key) {}

    private static Mallory mallory() throws Exception {
        String owner = "mallory-" + ++owners;
        HttpResponse<String> made = host.post(
                "/admin/keys",
                JSON,
                "{\"name\":\"k\",\"owner\":\"" + owner + "\",\"kind\":\"human\",\"roles\":[\"admin\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode key = MAPPER.readTree(made.body());
        return new Mallory(owner, key.get("id").asText(), key.get("key").asText());
    }

    private static void revoke(Mallory mallory) throws Exception {
        assertThat(host.send(host.request("/admin/keys/" + mallory.id()).DELETE())
                        .statusCode())
                .isEqualTo(204);
    }

    private static int patch(String path, String body) throws Exception {
        return host.send(host.request(path)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", BodyPublishers.ofString(body)))
                .statusCode();
    }

    /** Sends all of a request but its last byte; the host has authenticated it when it asks for the body. */
    private static Wire begin(String method, String path, String type, String body, String credential)
            throws Exception {
        Wire wire = Wire.to(host.host().port())
                .lines(
                        method + " " + path + " HTTP/1.1",
                        "Host: localhost",
                        credential,
                        "Content-Type: " + type,
                        "Content-Length: " + body.length(),
                        "Expect: 100-continue",
                        "");
        assertThat(wire.readHead().status()).isEqualTo(100);
        return wire.text(body.substring(0, body.length() - 1));
    }

    private static Wire.Answer end(Wire wire, String body) throws Exception {
        return wire.text(body.substring(body.length() - 1)).read();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /admin/keys | application/json | {\"name\":\"late\",\"owner\":\"admin\"}",
                "PATCH | /admin/keys/OTHER | application/merge-patch+json | {\"name\":\"late\"}",
                "POST | /admin/keys/OTHER/rotate | application/json | {\"overlap\":\"PT1H\"}",
                "POST | /admin/principals | application/json | {\"id\":\"late\",\"kind\":\"service\",\"roles\":[]}",
                "PATCH | /admin/principals/admin | application/merge-patch+json | {\"name\":\"late\"}",
                "PUT | /admin/roles/late | application/json | {\"permissions\":[\"host:*\"]}",
                "POST | /admin/revocations | application/json | {\"subject\":\"late\"}",
                "POST | /admin/cache/purge | application/json | {\"platform\":\"lab\"}",
                "PUT | /admin/plugins/lab/config | application/json | {\"late\":true}",
                "POST | /auth/token | application/x-www-form-urlencoded | grant_type=client_credentials",
                "POST | /auth/revoke | application/x-www-form-urlencoded | token=late",
            })
    void a_body_that_ends_after_the_key_was_revoked_changes_nothing(
            String method, String path, String type, String body) throws Exception {
        Mallory mallory = mallory();
        String other = mallory().id();
        String target = path.replace("OTHER", other);
        try (Wire wire = begin(method, target, type, body, "X-API-Key: " + mallory.key())) {
            revoke(mallory);

            Wire.Answer answer = end(wire, body);

            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isNotEmpty();
        }
        assertThat(host.get("/admin/keys").body()).doesNotContain("late");
        assertThat(host.get("/admin/principals").body()).doesNotContain("late");
        assertThat(host.get("/admin/roles").body()).doesNotContain("late");
        assertThat(host.get("/admin/revocations").body()).doesNotContain("late");
        assertThat(host.get("/admin/plugins/lab/config").body()).doesNotContain("late");
    }

    @Test
    void a_jar_that_ends_after_its_owner_was_deleted_is_not_installed() throws Exception {
        Mallory mallory = mallory();
        String jar = new String(
                PluginJar.named("late")
                        .route("Route.get(\"/\", r -> Response.text(\"late\")).access(Access.READ)")
                        .bytes(),
                ISO_8859_1);
        try (Wire wire =
                begin("POST", "/admin/plugins", "application/java-archive", jar, "X-API-Key: " + mallory.key())) {
            assertThat(host.send(host.request("/admin/principals/" + mallory.owner())
                                    .DELETE())
                            .statusCode())
                    .isEqualTo(204);

            assertThat(end(wire, jar).status()).isEqualTo(401);
        }
        assertThat(host.get("/admin/plugins/late").statusCode()).isEqualTo(404);
    }

    @Test
    void a_body_that_ends_after_the_role_was_taken_away_changes_nothing() throws Exception {
        Mallory mallory = mallory();
        String role = "{\"permissions\":[\"host:*\"]}";
        String purge = "{\"platform\":\"lab\"}";
        try (Wire roles = begin("PUT", "/admin/roles/late", JSON, role, "X-API-Key: " + mallory.key());
                Wire cache = begin("POST", "/admin/cache/purge", JSON, purge, "X-API-Key: " + mallory.key())) {
            assertThat(patch("/admin/principals/" + mallory.owner(), "{\"roles\":[\"analyst\"]}"))
                    .isEqualTo(200);

            Wire.Answer answer = end(roles, role);

            assertThat(answer.status()).as(answer.body()).isEqualTo(403);
            assertThat(answer.json().get("requiredPermission").asText()).isEqualTo("host:roles");
            assertThat(end(cache, purge).status()).isEqualTo(403);
        }
    }

    @Test
    void a_body_that_ends_after_the_token_was_revoked_changes_nothing() throws Exception {
        Mallory mallory = mallory();
        HttpResponse<String> granted = host.send(HttpRequest.newBuilder(host.uri("/auth/token"))
                .header("X-API-Key", mallory.key())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials")));
        String token = MAPPER.readTree(granted.body()).get("access_token").asText();
        String role = "{\"permissions\":[]}";
        String purge = "{\"platform\":\"lab\"}";
        try (Wire roles = begin("PUT", "/admin/roles/late", JSON, role, "Authorization: Bearer " + token);
                Wire cache = begin("POST", "/admin/cache/purge", JSON, purge, "Authorization: Bearer " + token)) {
            assertThat(host.post("/admin/revocations", JSON, "{\"subject\":\"" + mallory.owner() + "\"}")
                            .statusCode())
                    .isEqualTo(201);

            assertThat(end(roles, role).status()).isEqualTo(401);
            assertThat(end(cache, purge).status()).isEqualTo(401);
        }
    }
}
