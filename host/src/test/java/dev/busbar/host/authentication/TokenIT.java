package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.TokenText;
import dev.busbar.host.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, got from and sent to a real host. */
final class TokenIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "grant_type=client_credentials";

    @TempDir
    static Path data;

    private static TestHost host;
    private static int owners;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
        host.install(PluginJar.named("turbo")
                .route("Route.get(\"/things\", r -> Response.text(\"read\")).access(Access.READ)")
                .route("Route.post(\"/things\", r -> Response.text(\"written\")).access(Access.WRITE)"));
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private record Key(String id, String key, String owner) {}

    private static Key newKey(String role, String more) throws Exception {
        String owner = "owner-" + ++owners;
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"" + owner + "\",\"kind\":\"service\",\"roles\":[\"" + role + "\"]" + more
                        + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode key = MAPPER.readTree(made.body());
        return new Key(key.get("id").asText(), key.get("key").asText(), owner);
    }

    private static HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path))
                .header("Content-Type", FORM)
                .POST(BodyPublishers.ofString(body));
        return host.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String token(Key key) throws Exception {
        HttpResponse<String> answer = post("/auth/token", GRANT, "X-API-Key", key.key());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.readTree(answer.body()).get("access_token").asText();
    }

    private static HttpResponse<String> call(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path)).method(method, BodyPublishers.noBody());
        return host.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static int use(String token) throws Exception {
        return call("GET", "/api/turbo/things", "Authorization", "Bearer " + token)
                .statusCode();
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_key_gets_a_token_in_each_way_and_the_token_works() throws Exception {
        Key key = newKey("analyst", "");
        List<HttpResponse<String>> answers = List.of(
                post("/auth/token", GRANT, "Authorization", basic(key.id(), key.key())),
                post("/auth/token", GRANT + "&client_id=" + key.id() + "&client_secret=" + key.key()),
                post("/auth/token", GRANT, "Authorization", "ApiKey " + key.key()),
                post("/auth/token", GRANT + "&client_id=" + key.id(), "X-API-Key", key.key()));
        for (HttpResponse<String> answer : answers) {
            JsonNode granted = MAPPER.readTree(answer.body());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(granted.get("token_type").asText()).isEqualTo("Bearer");
            assertThat(granted.get("expires_in").asInt()).isBetween(890, 900);
            assertThat(granted.get("scope").asText()).isEqualTo("*:read");
            assertThat(use(granted.get("access_token").asText())).isEqualTo(200);
        }
        JsonNode me = MAPPER.readTree(call("GET", "/auth/whoami", "Authorization", "bearer " + token(key))
                .body());
        assertThat(me.get("id").asText()).isEqualTo(key.owner());
        assertThat(me.get("expiresAt").asText()).isNotEmpty();
    }

    @Test
    void a_narrower_scope_is_granted_and_holds() throws Exception {
        Key key = newKey("researcher", "");
        HttpResponse<String> narrow = post("/auth/token", GRANT + "&scope=turbo%3Aread", "X-API-Key", key.key());
        String token = MAPPER.readTree(narrow.body()).get("access_token").asText();

        assertThat(use(token)).isEqualTo(200);
        HttpResponse<String> refused = call("GET", "/api/lab/items/7", "Authorization", "Bearer " + token);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .isEqualTo("Bearer realm=\"busbar\", error=\"insufficient_scope\", scope=\"lab:read\"");
        for (String wider :
                new String[] {"turbo:write", "*:*", "host:keys", "turbo:read turbo:write", "nonsense", "turbo:read  x"
                }) {
            HttpResponse<String> answer =
                    post("/auth/token", GRANT + "&scope=" + wider.replace(" ", "+"), "X-API-Key", key.key());
            assertThat(answer.statusCode()).as(wider).isEqualTo(400);
            assertThat(MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo("invalid_scope");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type=password, 400, unsupported_grant_type",
        "scope=x, 400, invalid_request",
        "'', 400, invalid_request",
        "grant_type=client_credentials&grant_type=client_credentials, 400, invalid_request",
        "grant_type=client_credentials&expires_in=-1, 400, invalid_request",
        "grant_type=client_credentials&expires_in=0, 400, invalid_request",
        "grant_type=%zz, 400, invalid_request",
        "grant_type=%ff, 400, invalid_request",
        "grant_type=client_credentials&client_secret=x, 400, invalid_request",
        "grant_type=client_credentials&client_id=somebodyelse, 400, invalid_request"
    })
    void what_cannot_be_granted_is_refused_as_rfc_6749_wants_it(String body, int status, String error)
            throws Exception {
        HttpResponse<String> answer = post("/auth/token", body, "X-API-Key", host.key());

        JsonNode problem = MAPPER.readTree(answer.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(problem.get("error").asText()).isEqualTo(error);
        assertThat(problem.get("error_description").asText()).isNotEmpty();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("correlationId").asText()).isNotEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void other_errors_have_the_same_shape_there() throws Exception {
        HttpResponse<String> type = host.post("/auth/token", "application/json", "{}");
        HttpResponse<String> size = post("/auth/token", "x=" + "y".repeat(20_000), "X-API-Key", host.key());
        HttpResponse<String> two = post("/auth/token", GRANT, "X-API-Key", host.key(), "Authorization", "ApiKey x");

        assertThat(type.statusCode()).isEqualTo(415);
        assertThat(size.statusCode()).isEqualTo(413);
        assertThat(two.statusCode()).isEqualTo(400);
        for (HttpResponse<String> answer : List.of(type, size, two)) {
            assertThat(MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo("invalid_request");
        }
    }

    @Test
    void an_unknown_client_gets_a_challenge() throws Exception {
        Key key = newKey("analyst", "");
        String wrong = key.key().substring(0, key.key().length() - 1) + "-";
        HttpResponse<String> basic = post("/auth/token", GRANT, "Authorization", basic(key.id(), wrong));
        HttpResponse<String> mixed = post("/auth/token", GRANT, "Authorization", basic("abcdefghijkl", key.key()));
        HttpResponse<String> broken = post("/auth/token", GRANT, "Authorization", "Basic ???");
        HttpResponse<String> none = post("/auth/token", GRANT);
        HttpResponse<String> bearer = post("/auth/token", GRANT, "Authorization", "Bearer " + token(key));

        for (HttpResponse<String> answer : List.of(basic, mixed, broken, none)) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo("invalid_client");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"busbar\"");
            assertThat(answer.body()).doesNotContain(key.key());
        }
        assertThat(bearer.statusCode()).isEqualTo(401);
        assertThat(call("GET", "/api/turbo/things", "Authorization", basic(key.id(), key.key()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_token_never_outlives_its_key_nor_what_is_configured() throws Exception {
        Key key =
                newKey("analyst", ",\"expiresAt\":\"" + java.time.Instant.now().plusSeconds(100) + "\"");
        int bound = MAPPER.readTree(
                        post("/auth/token", GRANT, "X-API-Key", key.key()).body())
                .get("expires_in")
                .asInt();
        int asked = MAPPER.readTree(post("/auth/token", GRANT + "&expires_in=999999", "X-API-Key", host.key())
                        .body())
                .get("expires_in")
                .asInt();

        assertThat(bound).isBetween(90, 100);
        assertThat(asked).isBetween(3590, 3600);
    }

    /** Case 20. */
    @Test
    void a_revoked_token_is_refused_at_once_though_it_was_verified_before() throws Exception {
        Key key = newKey("analyst", "");
        String one = token(key);
        String other = token(key);
        assertThat(use(one)).isEqualTo(200);

        HttpResponse<String> revoked = post("/auth/revoke", "token=" + one, "X-API-Key", key.key());

        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
        assertThat(use(one)).isEqualTo(401);
        assertThat(use(other)).isEqualTo(200);
        assertThat(post("/auth/revoke", "token=" + one, "X-API-Key", key.key()).statusCode())
                .isEqualTo(200);
        assertThat(post("/auth/revoke", "token=nonsense&token_type_hint=x", "X-API-Key", key.key())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_client_cannot_revoke_the_token_of_another() throws Exception {
        String token = token(newKey("analyst", ""));

        HttpResponse<String> answer = post(
                "/auth/revoke",
                "token=" + token,
                "X-API-Key",
                newKey("analyst", "").key());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo("unauthorized_client");
        assertThat(use(token)).isEqualTo(200);
        assertThat(post("/auth/revoke", "token=" + token).statusCode()).isEqualTo(401);
    }

    @Test
    void a_maintainer_revokes_by_name_by_subject_and_by_signing_key() throws Exception {
        Key key = newKey("analyst", "");
        String first = token(key);
        String second = token(key);
        String stranger = token(newKey("analyst", ""));

        assertThat(revoke("{\"jti\":\"" + TokenText.claim(first, "jti") + "\"}"))
                .isEqualTo(201);
        assertThat(use(first)).isEqualTo(401);
        assertThat(use(second)).isEqualTo(200);
        assertThat(revoke("{\"subject\":\"" + key.owner() + "\"}")).isEqualTo(201);
        assertThat(use(second)).isEqualTo(401);
        String third = token(key);
        assertThat(use(third)).isEqualTo(200);

        JsonNode header = MAPPER.readTree(Base64.getUrlDecoder().decode(third.split("\\.")[0]));
        assertThat(revoke("{\"signingKey\":\"" + header.get("kid").asText() + "\"}"))
                .isEqualTo(201);
        assertThat(use(third)).isEqualTo(401);
        assertThat(use(stranger)).isEqualTo(401);
        // Generating a key takes longer than the deadline of the route on a busy machine.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(use(token(key))).isEqualTo(200));
        assertThat(host.get("/admin/revocations").body()).contains(TokenText.claim(first, "jti"), key.owner());
        assertThat(host.get("/admin/signing-keys").body()).contains("revoked", "signing");
        assertThat(host.get("/.well-known/jwks.json").body())
                .doesNotContain(header.get("kid").asText());
    }

    private static int revoke(String body) throws Exception {
        return host.post("/admin/revocations", "application/json", body).statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"jti\":\"a\",\"subject\":\"b\"}",
                "{\"jti\":\"\"}",
                "{\"jti\":\"a\",\"issuer\":\"nobody\"}",
                "{\"jti\":\"a\",\"issuedUntil\":\"2026-01-01T00:00:00Z\"}",
                "{\"subject\":\"a\",\"issuedUntil\":\"2126-01-01T00:00:00Z\"}",
                "{\"token\":\"x\"}"
            })
    void what_cannot_be_revoked_is_refused(String body) throws Exception {
        assertThat(revoke(body)).isEqualTo(422);
    }

    @Test
    void revoking_for_others_needs_the_permission_over_keys() throws Exception {
        Key key = newKey("analyst", "");
        assertThat(call("GET", "/admin/revocations", "X-API-Key", key.key()).statusCode())
                .isEqualTo(403);
        assertThat(call("POST", "/admin/signing-keys/rotate", "X-API-Key", key.key())
                        .statusCode())
                .isEqualTo(403);
    }

    /** Case 21. */
    @Test
    void a_token_is_worth_what_its_key_is_worth_now() throws Exception {
        Key downgraded = newKey("admin", "");
        Key revoked = newKey("analyst", "");
        Key disabled = newKey("analyst", "");
        String[] tokens = {token(downgraded), token(revoked), token(disabled)};
        for (String token : tokens) {
            assertThat(use(token)).isEqualTo(200);
        }

        host.send(host.request("/admin/principals/" + downgraded.owner())
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"roles\":[\"developer\"]}")));
        host.send(host.request("/admin/keys/" + revoked.id()).DELETE());
        host.send(host.request("/admin/principals/" + disabled.owner())
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"disabled\":true}")));

        assertThat(use(tokens[0])).isEqualTo(403);
        assertThat(use(tokens[1])).isEqualTo(401);
        assertThat(use(tokens[2])).isEqualTo(401);
    }

    @Test
    void a_key_and_its_tokens_work_only_from_where_they_may() throws Exception {
        Key key = newKey("analyst", ",\"allowedFrom\":[\"10.0.0.0/8\"]");

        assertThat(post("/auth/token", GRANT, "X-API-Key", key.key()).statusCode())
                .isEqualTo(401);
        assertThat(call("GET", "/api/turbo/things", "X-API-Key", key.key()).statusCode())
                .isEqualTo(401);
    }

    /** Cases 24 and 25. */
    @Test
    void two_credentials_are_refused_and_an_invalid_one_reveals_nothing() throws Exception {
        Key key = newKey("analyst", "");
        String token = token(key);
        for (String[] pair : new String[][] {
            {"Authorization: Bearer " + token, "X-API-Key: " + key.key()},
            {"Authorization: Bearer " + token, "Authorization: Bearer " + token},
        }) {
            try (Wire wire = Wire.to(host.host().port())) {
                wire.lines("GET /api/turbo/things HTTP/1.1", "Host: localhost", pair[0], pair[1], "");
                assertThat(wire.read().status()).isEqualTo(400);
            }
        }
        HttpResponse<String> expired = null;
        for (String bad : new String[] {token + "x", "a.b.c", token.replace(".", ".."), "x".repeat(12_000)}) {
            HttpResponse<String> answer = call("GET", "/api/turbo/things", "Authorization", "Bearer " + bad);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"busbar\", error=\"invalid_token\", ApiKey realm=\"busbar\"");
            String text = answer.body().replaceAll("\"correlationId\":\"[^\"]*\"", "");
            if (expired != null) {
                assertThat(text).isEqualTo(expired.body().replaceAll("\"correlationId\":\"[^\"]*\"", ""));
            }
            expired = answer;
        }
    }

    /** Case 23. */
    @Test
    void a_token_anywhere_but_in_its_header_is_not_seen() throws Exception {
        String token = token(newKey("analyst", ""));

        assertThat(call("GET", "/api/turbo/things?access_token=" + token).statusCode())
                .isEqualTo(401);
        assertThat(call("GET", "/api/turbo/things", "Cookie", "access_token=" + token)
                        .statusCode())
                .isEqualTo(401);
        assertThat(post("/api/turbo/things", "access_token=" + token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_metadata_names_what_there_is() throws Exception {
        JsonNode metadata = MAPPER.readTree(
                call("GET", "/.well-known/oauth-authorization-server").body());

        assertThat(metadata.get("grant_types_supported").get(0).asText()).isEqualTo("client_credentials");
        assertThat(metadata.get("token_endpoint").asText())
                .isEqualTo(metadata.get("issuer").asText() + "/auth/token");
        assertThat(metadata.get("issuer").asText()).isEqualTo(host.host().url());
        String token = token(newKey("analyst", ""));
        assertThat(TokenText.claim(token, "iss")).isEqualTo(host.host().url());
        assertThat(TokenText.claim(token, "aud")).isEqualTo(host.host().url());
        assertThat(metadata.get("jwks_uri").asText()).endsWith("/.well-known/jwks.json");
    }
}
