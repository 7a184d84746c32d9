package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The administration of principals, roles and keys over the wire. */
final class AccessAdminIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path data;

    private static TestHost host;
    private static String key;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data, "--plans.default.policies=default", "--plans.gold.policies=default");
        send("POST", "/admin/principals", "{\"id\":\"ada\",\"kind\":\"human\",\"roles\":[\"analyst\"]}", 201);
        key = send("POST", "/admin/keys", "{\"name\":\"k\",\"owner\":\"ada\"}", 201)
                .get("id")
                .asText();
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static JsonNode send(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = answer(method, path, body);
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(status);
        return MAPPER.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    private static HttpResponse<String> answer(String method, String path, String body) throws Exception {
        return host.send(host.request(path)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private static int whoAmI(String credential) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri("/auth/whoami")).header("X-API-Key", credential))
                .statusCode();
    }

    @Test
    void a_key_has_a_rate_plan_that_there_is_or_none() throws Exception {
        JsonNode refused =
                send("POST", "/admin/keys", "{\"name\":\"x\",\"owner\":\"ada\",\"ratePlan\":\"platinum\"}", 422);

        assertThat(refused.get("errors").get(0).get("pointer").asText()).isEqualTo("/ratePlan");
        assertThat(refused.get("errors").get(0).get("detail").asText())
                .isEqualTo("expected: one of the rate plans default, gold");
    }

    @Test
    void a_key_lives_from_creation_over_rotation_to_revocation() throws Exception {
        JsonNode made = send("POST", "/admin/keys", "{\"name\":\"life\",\"owner\":\"ada\",\"ratePlan\":\"gold\"}", 201);
        String id = made.get("id").asText();
        assertThat(whoAmI(made.get("key").asText())).isEqualTo(200);
        JsonNode shown = send("GET", "/admin/keys/" + id, "", 200);
        assertThat(shown.hasNonNull("key")).isFalse();
        assertThat(shown.get("ratePlan").asText()).isEqualTo("gold");

        JsonNode patched = send(
                "PATCH",
                "/admin/keys/" + id,
                "{\"name\":\"longer life\",\"permissions\":[\"turbo:read\"],\"ratePlan\":null}",
                200);
        assertThat(patched.get("name").asText()).isEqualTo("longer life");
        assertThat(patched.get("permissions")).extracting(JsonNode::asText).containsExactly("turbo:read");
        assertThat(patched.hasNonNull("ratePlan")).isFalse();

        HttpResponse<String> rotated = answer("POST", "/admin/keys/" + id + "/rotate", "");
        assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(201);
        assertThat(rotated.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode successor = MAPPER.readTree(rotated.body());
        assertThat(whoAmI(made.get("key").asText())).isEqualTo(200);
        assertThat(whoAmI(successor.get("key").asText())).isEqualTo(200);
        send("POST", "/admin/keys/" + id + "/rotate", "{}", 409);

        send("DELETE", "/admin/keys/" + id, "", 204);
        send("DELETE", "/admin/keys/" + id, "", 204);
        assertThat(whoAmI(made.get("key").asText())).isEqualTo(401);
        assertThat(send("GET", "/admin/keys/" + id, "", 200).hasNonNull("revokedAt"))
                .isTrue();
        assertThat(send("GET", "/admin/keys?owner=ada", "", 200)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(send("GET", "/admin/keys?owner=nobody", "", 200)).isEmpty();
    }

    @Test
    void whatever_ended_a_key_the_answer_is_the_same() throws Exception {
        JsonNode revoked = send("POST", "/admin/keys", "{\"name\":\"r\",\"owner\":\"ada\"}", 201);
        send("DELETE", "/admin/keys/" + revoked.get("id").asText(), "", 204);
        send("POST", "/admin/principals", "{\"id\":\"off\",\"kind\":\"service\",\"roles\":[\"analyst\"]}", 201);
        JsonNode disabled = send("POST", "/admin/keys", "{\"name\":\"d\",\"owner\":\"off\"}", 201);
        send("PATCH", "/admin/principals/off", "{\"disabled\":true}", 200);
        String good = revoked.get("key").asText();
        Set<String> texts = new LinkedHashSet<>();

        for (String credential : List.of(good, disabled.get("key").asText(), good.replace("_", "-"), "nonsense")) {
            HttpResponse<String> answer =
                    host.send(HttpRequest.newBuilder(host.uri("/auth/whoami")).header("X-API-Key", credential));
            assertThat(answer.statusCode()).isEqualTo(401);
            texts.add(answer.body().replaceAll("\"correlationId\":\"[^\"]*\"", ""));
        }

        assertThat(texts).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH | /admin/keys/KEY | {\"owner\":\"admin\"} | 422",
                "PATCH | /admin/keys/KEY | {\"hash\":\"AAAA\"} | 422",
                "PATCH | /admin/keys/KEY | {\"roles\":[\"admin\"]} | 422",
                "PATCH | /admin/keys/KEY | {\"id\":\"x\"} | 422",
                "PATCH | /admin/keys/KEY | {\"name\":null} | 422",
                "PATCH | /admin/keys/KEY | {\"name\":7} | 422",
                "PATCH | /admin/keys/KEY | {\"permissions\":\"turbo:read\"} | 422",
                "PATCH | /admin/keys/KEY | {\"permissions\":[1]} | 422",
                "PATCH | /admin/keys/KEY | {\"expiresAt\":\"tomorrow\"} | 422",
                "PATCH | /admin/keys/KEY | [] | 422",
                "PATCH | /admin/keys/KEY | {\"name\":\"a\",\"name\":\"b\"} | 400",
                "PATCH | /admin/keys/KEY | {\"name\": | 400",
                "PATCH | /admin/keys/none | {\"name\":\"a\"} | 404",
                "POST | /admin/keys/KEY/rotate | {\"overlap\":\"PT1000H\"} | 422",
                "POST | /admin/keys/KEY/rotate | {\"overlap\":\"soon\"} | 422",
                "POST | /admin/keys/KEY/rotate | {\"overlap\":1e1000000000} | 422",
                "POST | /admin/keys/KEY/rotate | {\"overlap\":0} | 422",
                "POST | /admin/keys/KEY/rotate | {\"overlap\":\"-PT1S\"} | 422",
                "POST | /admin/keys/KEY/rotate | {\"roles\":[\"admin\"]} | 422",
                "POST | /admin/keys | {\"name\":\"k\",\"owner\":\"ada\",\"revokedAt\":null} | 422",
                "POST | /admin/keys | {\"name\":\"k\",\"owner\":\"ada\",\"allowedFrom\":[\"localhost\"]} | 422",
                "POST | /admin/keys | {\"name\":\"k\",\"owner\":\"ada\",\"roles\":[\"admin\"]} | 422",
                "PATCH | /admin/principals/ada | {\"kind\":\"service\"} | 422",
                "PATCH | /admin/principals/ada | {\"id\":\"eve\"} | 422",
                "PATCH | /admin/principals/ada | {\"permissions\":[\"*:*\"]} | 422",
                "PATCH | /admin/principals/ada | {\"roles\":null} | 422",
                "PATCH | /admin/principals/ada | {\"disabled\":\"yes\"} | 422",
                "PATCH | /admin/principals/nobody | {\"name\":\"x\"} | 404",
                "POST | /admin/principals | {\"id\":\"p\",\"kind\":\"platform\"} | 422",
                "POST | /admin/principals | {\"id\":\"host:x\",\"kind\":\"human\"} | 422",
                "POST | /admin/principals | {\"id\":\"ada\",\"kind\":\"human\"} | 409",
                "PUT | /admin/roles/admin | {\"permissions\":[]} | 409",
                "PUT | /admin/roles/x | {} | 422",
                "PUT | /admin/roles/x | {\"permissions\":[\"nonsense\"]} | 422",
                "DELETE | /admin/roles/x | '' | 404",
                "GET | /admin/principals?limit=0 | '' | 422",
                "GET | /admin/principals?limit=501 | '' | 422",
                "DELETE | /admin/principals/admin | '' | 409",
            })
    void what_does_not_fit_is_refused_and_changes_nothing(String method, String path, String body, int status)
            throws Exception {
        JsonNode before = send("GET", "/admin/keys/" + key, "", 200);

        JsonNode problem = send(method, path.replace("KEY", key), body, status);

        assertThat(problem.get("type").asText()).startsWith("urn:busbar:problem:");
        assertThat(problem.get("correlationId").asText()).isNotBlank();
        assertThat(send("GET", "/admin/keys/" + key, "", 200)).isEqualTo(before);
    }

    @Test
    void principals_come_page_by_page() throws Exception {
        for (int i = 0; i < 5; i++) {
            send("POST", "/admin/principals", "{\"id\":\"page-" + i + "\",\"kind\":\"service\"}", 201);
        }

        List<String> ids = new ArrayList<>();
        String after = "page-";
        JsonNode page;
        do {
            page = send("GET", "/admin/principals?limit=2&after=" + after, "", 200);
            page.get("items").forEach(item -> ids.add(item.get("id").asText()));
            after = page.path("next").asText();
        } while (page.hasNonNull("next"));

        assertThat(ids)
                .contains("page-0", "page-1", "page-2", "page-3", "page-4")
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void a_deleted_principal_is_gone_and_its_key_with_it() throws Exception {
        send("POST", "/admin/principals", "{\"id\":\"gone\",\"kind\":\"service\",\"roles\":[\"analyst\"]}", 201);
        String credential = send("POST", "/admin/keys", "{\"name\":\"k\",\"owner\":\"gone\"}", 201)
                .get("key")
                .asText();
        assertThat(whoAmI(credential)).isEqualTo(200);

        send("DELETE", "/admin/principals/gone", "", 204);

        assertThat(whoAmI(credential)).isEqualTo(401);
        send("GET", "/admin/principals/gone", "", 404);
        send("POST", "/admin/principals", "{\"id\":\"gone\",\"kind\":\"service\"}", 409);
    }
}
