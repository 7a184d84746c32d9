package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication and authorization of a real host with real keys. */
final class AccessIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String INVALID = "invalid-credentials";
    private static final Map<String, String> KEYS = new HashMap<>();

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
        for (String platform : new String[] {"turbo", "echoes"}) {
            host.install(PluginJar.named(platform)
                    .route("Route.get(\"/things\", r -> Response.text(\"read\")).access(Access.READ)")
                    .route("Route.post(\"/things\", r -> Response.text(\"written\")).access(Access.WRITE)")
                    .route("Route.post(\"/apply\", r -> Response.text(\"applied\")).access(Access.action(\"apply\"))"));
        }
        KEYS.put("admin", host.key());
        for (String role : new String[] {"researcher", "analyst", "developer"}) {
            KEYS.put(
                    role,
                    newKey("{\"name\":\"k\",\"owner\":\"" + role + "-1\",\"kind\":\"service\",\"roles\":[\"" + role
                            + "\"]}"));
        }
        KEYS.put(
                "narrow",
                newKey(
                        "{\"name\":\"k\",\"owner\":\"narrow-1\",\"kind\":\"service\",\"roles\":[\"analyst\"],\"permissions\":[\"turbo:read\"]}"));
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static String newKey(String wanted) throws Exception {
        HttpResponse<String> made = host.post("/admin/keys", "application/json", wanted);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
        return MAPPER.readTree(made.body()).get("key").asText();
    }

    private static HttpResponse<String> call(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path)).method(method, BodyPublishers.noBody());
        return host.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String problem(HttpResponse<String> answer) throws IOException {
        return MAPPER.readTree(answer.body()).get("type").asText().replace("urn:busbar:problem:", "");
    }

    @ParameterizedTest
    @CsvSource({
        "admin, GET, /api/turbo/things, 200",
        "admin, POST, /api/turbo/things, 200",
        "admin, POST, /api/turbo/apply, 200",
        "admin, GET, /admin/plugins, 200",
        "researcher, GET, /api/turbo/things, 200",
        "researcher, POST, /api/turbo/things, 403",
        "researcher, POST, /api/turbo/apply, 403",
        "researcher, GET, /api/echoes/things, 403",
        "researcher, GET, /api/lab/items/7, 403",
        "researcher, GET, /admin/plugins, 403",
        "researcher, GET, /admin/keys, 403",
        "developer, GET, /api/echoes/things, 200",
        "developer, POST, /api/echoes/things, 200",
        "developer, POST, /api/echoes/apply, 200",
        "developer, GET, /api/turbo/things, 403",
        "developer, POST, /admin/plugins, 403",
        "analyst, GET, /api/turbo/things, 200",
        "analyst, GET, /api/echoes/things, 200",
        "analyst, GET, /api/lab/items/7, 200",
        "analyst, POST, /api/turbo/things, 403",
        "analyst, POST, /api/echoes/apply, 403",
        "analyst, GET, /admin/plugins, 403",
        "analyst, DELETE, /admin/plugins/lab, 403",
        "narrow, GET, /api/turbo/things, 200",
        "narrow, GET, /api/echoes/things, 403",
        "narrow, HEAD, /api/echoes/things, 403",
        "narrow, GET, /auth/whoami, 200",
        "narrow, GET, /api/lab/me, 200",
    })
    void a_role_may_do_what_its_permissions_say_and_nothing_else(String role, String method, String path, int status)
            throws Exception {
        HttpResponse<String> answer = call(method, path, "X-API-Key", KEYS.get(role));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 403 && !method.equals("HEAD")) {
            JsonNode refused = MAPPER.readTree(answer.body());
            assertThat(refused.get("requiredPermission").asText()).matches("[a-z]+:[a-z]+");
            assertThat(answer.headers().firstValue("Vary")).contains("Authorization, X-API-Key");
        }
    }

    @Test
    void a_refusal_names_the_permission_that_is_needed() throws Exception {
        assertThat(call("POST", "/api/turbo/apply", "X-API-Key", KEYS.get("analyst"))
                        .body())
                .contains("\"requiredPermission\":\"turbo:apply\"");
        assertThat(call("GET", "/admin/keys", "X-API-Key", KEYS.get("analyst")).body())
                .contains("\"requiredPermission\":\"host:keys\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/turbo/things",
                "/api/nothing",
                "/api/turbo/nothing",
                "/admin/plugins",
                "/admin/nothing",
                "/auth/whoami",
                "/plugins",
                "/api/turbo/things?api_key=KEY",
                "/api/turbo/things?X-API-Key=KEY"
            })
    void without_a_credential_it_is_401_with_a_challenge(String path) throws Exception {
        HttpResponse<String> answer = call("GET", path.replace("KEY", host.key()));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(problem(answer)).isEqualTo("unauthenticated");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("Bearer", "ApiKey");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body()).doesNotContain(host.key());
    }

    @Test
    void whatever_is_wrong_with_a_credential_the_answer_is_the_same() throws Exception {
        String key = host.key();
        char last = key.charAt(key.length() - 1);
        String[] wrong = {
            key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a'),
            key.toLowerCase(java.util.Locale.ROOT),
            key + "x",
            key.substring(1),
            "bsb_dev_000000000000_00000000000000000000000000000000_000000",
            "nonsense",
            "'",
            "x".repeat(4000)
        };
        String expected = null;
        for (String one : wrong) {
            for (String[] header : new String[][] {
                {"X-API-Key", one},
                {"Authorization", "ApiKey " + one},
                {"Authorization", "Bearer " + one},
                {"Authorization", one},
                {"Authorization", "Basic " + one}
            }) {
                HttpResponse<String> answer = call("GET", "/api/turbo/things", header);
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(problem(answer)).isEqualTo(INVALID);
                String text = answer.body().replaceAll("\"correlationId\":\"[^\"]*\"", "");
                expected = expected == null ? text : expected;
                assertThat(text).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_key_is_read_from_either_header_with_the_scheme_in_any_case() throws Exception {
        assertThat(call("GET", "/api/turbo/things", "X-API-Key", host.key()).statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/api/turbo/things", "Authorization", "ApiKey " + host.key())
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/api/turbo/things", "Authorization", "apikey " + host.key())
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/api/turbo/things", "Authorization", "Bearer " + host.key())
                        .statusCode())
                .isEqualTo(401);
        assertThat(call("GET", "/api/turbo/things", "Authorization", "ApiKey  " + host.key())
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-API-Key: ", "Authorization: ApiKey "})
    void a_key_in_another_case_is_wrong_even_behind_the_right_one_on_one_connection(String field) throws Exception {
        String key = host.key();
        String other = key.toLowerCase(java.util.Locale.ROOT);
        try (Wire wire = Wire.to(host.host().port())) {
            for (int i = 0; i < 3; i++) {
                wire.lines("GET /api/turbo/things HTTP/1.1", "Host: localhost", field + key, "");
                assertThat(wire.read().status()).isEqualTo(200);
                wire.lines("GET /api/turbo/things HTTP/1.1", "Host: localhost", field + other, "");
                assertThat(wire.read().status()).isEqualTo(401);
            }
        }
    }

    @Test
    void two_credentials_are_refused_valid_or_not() throws Exception {
        String key = host.key();
        String[][] pairs = {
            {"X-API-Key", key, "Authorization", "ApiKey " + key},
            {"X-API-Key", key, "X-API-Key", key},
            {"Authorization", "ApiKey " + key, "Authorization", "ApiKey " + key},
            {"X-API-Key", key, "Authorization", "Bearer nonsense"},
        };
        for (String[] pair : pairs) {
            try (Wire wire = Wire.to(host.host().port())) {
                Wire.Answer answer = wire.lines(
                                "GET /api/turbo/things HTTP/1.1",
                                "Host: localhost",
                                pair[0] + ": " + pair[1],
                                pair[2] + ": " + pair[3],
                                "")
                        .read();

                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.problem()).isEqualTo("bad-request");
                assertThat(answer.body()).doesNotContain(key);
            }
        }
    }

    @Test
    void a_public_route_accepts_a_valid_key_and_refuses_an_invalid_one() throws Exception {
        assertThat(call("GET", "/api/lab/me").body()).isEqualTo("nobody");
        assertThat(call("GET", "/api/lab/me", "X-API-Key", KEYS.get("analyst")).body())
                .isEqualTo("analyst-1");
        assertThat(call("GET", "/api/lab/me", "X-API-Key", "wrong").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "X-HTTP-Method-Override, DELETE",
        "X-Original-URL, /api/lab",
        "X-User-Id, admin",
        "X-Forwarded-User, admin"
    })
    void no_other_header_adds_rights(String name, String value) throws Exception {
        assertThat(call("GET", "/admin/plugins", "X-API-Key", KEYS.get("analyst"), name, value)
                        .statusCode())
                .isEqualTo(403);
        assertThat(call("GET", "/admin/plugins", name, value).statusCode()).isEqualTo(401);
    }

    @Test
    void callers_see_their_identity_and_the_platforms_they_may_use() throws Exception {
        JsonNode me = MAPPER.readTree(
                call("GET", "/auth/whoami", "X-API-Key", KEYS.get("researcher")).body());
        JsonNode plugins = MAPPER.readTree(
                call("GET", "/plugins", "X-API-Key", KEYS.get("researcher")).body());

        assertThat(me.get("id").asText()).isEqualTo("researcher-1");
        assertThat(me.get("roles").get(0).asText()).isEqualTo("researcher");
        assertThat(me.get("permissions").toString()).contains("turbo:read").doesNotContain("host:");
        assertThat(plugins.findValuesAsText("id")).contains("turbo", "lab").doesNotContain("echoes");
        assertThat(call("GET", "/plugins/echoes", "X-API-Key", KEYS.get("researcher"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(call("GET", "/plugins/turbo", "X-API-Key", KEYS.get("researcher"))
                        .body())
                .contains("\"permission\":\"turbo:read\"");
    }

    @Test
    void a_platform_is_shown_with_the_routes_that_the_caller_may_call() throws Exception {
        String none = newKey("{\"name\":\"none\",\"owner\":\"nobody-1\",\"kind\":\"human\",\"roles\":[\"analyst\"],"
                + "\"permissions\":[\"nothing:read\"]}");

        JsonNode shown =
                MAPPER.readTree(call("GET", "/plugins/lab", "X-API-Key", none).body());
        JsonNode listed =
                MAPPER.readTree(call("GET", "/plugins", "X-API-Key", none).body());

        assertThat(shown.get("routes")).isNotEmpty().allMatch(route -> !route.hasNonNull("permission"));
        assertThat(listed.findValues("routes"))
                .allSatisfy(routes -> assertThat(routes).allMatch(route -> !route.hasNonNull("permission")));
    }

    @Test
    void a_key_is_shown_once_and_listed_without_its_secret() throws Exception {
        String key = newKey("{\"name\":\"once\",\"owner\":\"o-1\",\"kind\":\"human\",\"roles\":[\"analyst\"]}");

        String listed = host.get("/admin/keys").body();

        assertThat(listed).contains("\"once\"").doesNotContain(key).doesNotContain(key.substring(22, 50));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"owner\":\"o\",\"roles\":[\"analyst\"]}|422",
                "{\"name\":\" \",\"owner\":\"o\",\"roles\":[\"analyst\"]}|422",
                "{\"name\":\"n\",\"owner\":\"o-9\",\"kind\":\"human\",\"roles\":[\"nothing\"]}|422",
                "{\"name\":\"n\",\"owner\":\"o-9\",\"kind\":\"robot\",\"roles\":[\"analyst\"]}|422",
                "{\"name\":\"n\",\"owner\":\"o-9\",\"kind\":\"human\",\"roles\":[\"analyst\"],\"scopes\":[]}|422",
                "{\"name\":\"n\",\"owner\":\"o-9\",\"kind\":\"human\",\"roles\":[\"analyst\"],\"expiresAt\":\"yesterday\"}|422",
                "{\"name\":\"n\",\"owner\":\"o-9\",\"kind\":\"human\",\"roles\":[\"analyst\"],\"expiresAt\":\"+1000000-01-01T00:00:00Z\"}|422",
                "{\"name\":\"n\"|400",
            })
    void a_key_that_cannot_be_made_is_refused_with_what_is_wrong(String wanted, int status) throws Exception {
        HttpResponse<String> answer = host.post("/admin/keys", "application/json", wanted);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }
}
