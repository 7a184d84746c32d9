package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What a proper client gets: contents, headers and problems. */
final class AnswersIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static HttpRequest.Builder stranger(String path) {
        return HttpRequest.newBuilder(host.uri(path));
    }

    private static HttpResponse<String> postOpen(String contentType, String body) throws Exception {
        return host.send(
                stranger("/api/lab/open").header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode assertProblem(HttpResponse<String> answer, int status, String name) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = MAPPER.readTree(answer.body());
        assertThat(problem.get("type").asText()).isEqualTo("urn:busbar:problem:" + name);
        assertThat(answer.headers().firstValue("X-Correlation-ID"))
                .contains(problem.get("correlationId").asText());
        return problem;
    }

    @Test
    void unknown_platforms_routes_and_methods_are_told_apart() throws Exception {
        assertProblem(host.get("/api/nothing"), 404, "not-found");
        assertProblem(host.get("/api/nothing/at/all"), 404, "not-found");
        assertProblem(host.get("/api/lab/nothing"), 404, "not-found");
        assertProblem(host.get("/api/lab/items"), 405, "method-not-allowed");
        assertProblem(host.get("/api"), 404, "not-found");
        assertProblem(host.get("/api/"), 404, "not-found");
        assertProblem(host.get("/nothing"), 404, "not-found");
        assertProblem(host.get("/health/live/"), 404, "not-found");
        assertThat(host.get("/api/lab/").body()).isEqualTo("root");
    }

    @Test
    void a_body_of_another_type_is_415() throws Exception {
        HttpResponse<String> answer = postOpen("text/plain", "{}");

        assertProblem(answer, 415, "unsupported-media-type");
        assertThat(answer.headers().firstValue("Accept")).contains("application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\",\"count\":|400|line 1, column",
                "{\"name\":\"a\" \"count\":1}|400|line 1, column 13",
                "|400|line 1, column",
                "{\"name\":\"a\",\"name\":\"b\"}|400|uplicate",
                "{\"name\":\"a\",\"count\":1}{}|400|line 1",
                "{\"name\":\"a\",\"count\":1,\"other\":1}|422|/other",
                "{\"name\":\"a\",\"count\":\"many\"}|422|/count",
                "{\"name\":\"a\",\"count\":-1}|422|count is negative",
                "[]|422|does not fit",
                "null|422|expected: a value",
            })
    void a_bad_body_is_refused_with_its_place(String body, int status, String part) throws Exception {
        HttpResponse<String> answer = postOpen("application/json", body == null ? "" : body);

        assertProblem(answer, status, status == 400 ? "bad-request" : "validation-failed");
        assertThat(answer.body()).contains(part).doesNotContain("testplugin").doesNotContain("Source");
    }

    @Test
    void all_values_of_a_header_are_sent() throws Exception {
        HttpResponse<String> response = host.get("/api/lab/twice");

        assertThat(response.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers().allValues("Link")).containsExactly("</1>, </2>");
    }

    @Test
    void a_depth_bomb_is_refused() throws Exception {
        HttpResponse<String> answer = postOpen("application/json", "{\"name\":" + "[".repeat(100_000));

        assertThat(answer.statusCode()).isIn(400, 422);
    }

    @Test
    void a_head_is_a_get_without_its_content() throws Exception {
        for (String path :
                new String[] {"/api/lab", "/api/lab/items/7", "/api/lab/nothing", "/health/live", "/api/lab/stream"}) {
            HttpResponse<String> get = host.get(path);
            HttpResponse<String> head = host.send(host.request(path).method("HEAD", BodyPublishers.noBody()));

            assertThat(head.statusCode()).isEqualTo(get.statusCode());
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(get.headers().firstValue("Content-Type"));
            if (!path.endsWith("stream") && !path.endsWith("nothing")) {
                assertThat(head.headers().firstValue("Content-Length"))
                        .isEqualTo(get.headers().firstValue("Content-Length"));
            }
        }
    }

    @Test
    void a_head_of_a_stream_leaves_the_connection_usable() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines("HEAD /api/lab/stream?n=100000 HTTP/1.1", "Host: localhost", "");
            assertThat(wire.readHead().status()).isEqualTo(200);
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            assertThat(wire.read().body()).isEqualTo("root");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-request-0001", "A.b_c-12", "01a2058e-e09c-769a-985f-0f4c67486b61"})
    void a_well_formed_correlation_id_is_taken_over(String id) throws Exception {
        HttpResponse<String> answer = host.send(stranger("/api/lab").header("X-Correlation-ID", id));

        assertThat(answer.headers().allValues("X-Correlation-ID")).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "has space in it", "a/b/c/d/e/f", "${jndi:ldap://x}", "%0d%0aX: y-y-y"})
    void any_other_correlation_id_is_replaced(String id) throws Exception {
        for (String path : new String[] {"/api/lab", "/nothing", "/"}) {
            HttpResponse<String> answer = host.send(stranger(path).header("X-Correlation-ID", id));

            assertThat(answer.headers().allValues("X-Correlation-ID"))
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        }
    }

    @Test
    void a_handler_that_fails_is_a_500_that_names_platform_and_generation_only() throws Exception {
        for (String path : new String[] {"/null", "/error", "/odd"}) {
            HttpResponse<String> answer = host.send(stranger("/api/lab" + path));

            JsonNode problem = assertProblem(answer, 500, "platform-failed");
            assertThat(problem.get("platform").asText()).isEqualTo("lab");
            assertThat(problem.get("generation").asText()).matches("\\d+");
            assertThat(answer.body())
                    .doesNotContain("secret")
                    .doesNotContain("java")
                    .doesNotContain("testplugin");
        }
    }

    @Test
    void fields_that_belong_to_the_host_cannot_be_set_by_a_plugin() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Wire.Answer answer = wire.lines("GET /api/lab/owned HTTP/1.1", "Host: localhost", "")
                    .read();

            assertThat(answer.body()).isEqualTo("own");
            assertThat(answer.header("X-Own")).isEqualTo("1");
            assertThat(answer.header("Content-Length")).isEqualTo("3");
            assertThat(answer.header("X-Correlation-ID")).isNotEqualTo("forged-id");
            assertThat(answer.headers()).doesNotContainKeys("Connection", "Transfer-Encoding", "Server", "Keep-Alive");
            wire.lines("GET /api/lab/conflict HTTP/1.1", "Host: localhost", "");
            Wire.Answer conflict = wire.read();
            assertThat(conflict.problem()).isEqualTo("conflict");
            assertThat(conflict.headers()).doesNotContainKey("Transfer-Encoding");
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            assertThat(wire.read().body()).isEqualTo("root");
        }
    }

    @Test
    void credentials_are_taken_out_before_a_plugin_sees_the_request() throws Exception {
        HttpResponse<String> answer = host.send(
                host.request("/api/lab/headers").header("X-User-Id", "root").header("X-Tag", "t"));

        assertThat(answer.body()).isEqualTo("|t");
    }

    @Test
    void an_answer_for_one_caller_is_kept_from_shared_caches() throws Exception {
        HttpResponse<String> plain = host.get("/api/lab/items/7");
        HttpResponse<String> cached = host.get("/api/lab/cached");
        HttpResponse<String> stored = host.get("/api/lab/stored");
        HttpResponse<String> refused = host.send(stranger("/api/lab/cached"));
        HttpResponse<String> open = host.send(stranger("/api/lab"));

        assertThat(plain.headers().firstValue("Cache-Control")).contains("private");
        assertThat(plain.headers().firstValue("Vary")).contains("Authorization, X-API-Key");
        assertThat(cached.headers().firstValue("Cache-Control")).contains("private, max-age=60");
        assertThat(cached.headers().firstValue("Vary")).contains("Accept, Authorization, X-API-Key");
        assertThat(stored.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(refused.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(refused.headers().firstValue("Vary")).contains("Authorization, X-API-Key");
        assertThat(open.headers().firstValue("Cache-Control")).isEmpty();
        assertThat(open.headers().firstValue("Vary")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, s=204, 204, ''",
        "GET, s=204&stream=1, 204, ''",
        "GET, s=205, 205, 0",
        "GET, s=205&stream=1, 205, 0",
        "GET, s=304, 304, ''",
        "GET, s=304&stream=1, 304, ''",
        "GET, s=200 If-None-Match, 304, ''",
        "HEAD, s=200 If-None-Match, 304, ''",
        "HEAD, s=200, 200, 1",
        "HEAD, s=200&stream=1, 200, ''",
        "HEAD, s=204, 204, ''",
        "HEAD, s=205, 205, 0",
        "HEAD, s=304, 304, ''"
    })
    void a_response_without_a_body_says_what_its_length_is_or_nothing(
            String method, String query, int status, String length) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            String[] parts = query.split(" ");
            Wire.Answer answer = wire.lines(
                            method + " /api/lab/status?" + parts[0] + " HTTP/1.1",
                            "Host: localhost",
                            parts.length > 1 ? "If-None-Match: \"1\"" : "X-Tag: none",
                            "")
                    .readHead();
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("Content-Length")).isEqualTo(length);
            if (!method.equals("HEAD")) {
                assertThat(answer.header("Transfer-Encoding")).isEmpty();
            }
            assertThat(wire.read().body()).as("the next response").isEqualTo("root");
        }
    }

    @Test
    void a_body_with_a_content_coding_is_refused_and_one_without_is_not() throws Exception {
        HttpResponse<String> coded = host.send(HttpRequest.newBuilder(host.uri("/api/lab/length"))
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("abc")));
        HttpResponse<String> identity = host.send(HttpRequest.newBuilder(host.uri("/api/lab/length"))
                .header("Content-Encoding", "Identity")
                .POST(HttpRequest.BodyPublishers.ofString("abc")));

        assertThat(coded.statusCode()).isEqualTo(415);
        assertThat(coded.headers().firstValue("Accept-Encoding")).contains("identity");
        assertThat(coded.body()).contains("unsupported-media-type", "gzip");
        assertThat(identity.body()).isEqualTo("3");
    }

    @Test
    void an_empty_status_has_no_content_whatever_is_written() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            Wire.Answer answer = wire.lines("GET /api/lab/empty HTTP/1.1", "Host: localhost", "")
                    .readHead();

            assertThat(answer.status()).isEqualTo(204);
            wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            assertThat(wire.read().body()).isEqualTo("root");
        }
    }
}
