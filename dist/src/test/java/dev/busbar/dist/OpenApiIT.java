package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.Host;
import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls every operation of the OpenAPI document of the packaged product: whatever is sent, the document must allow the
 * response.
 */
class OpenApiIT {
    private static final Path HOME = Path.of("target/busbar").toAbsolutePath();
    private static final Path LINTED = Path.of("target/openapi.json");

    @TempDir
    static Path data;

    private static Host host;
    private static String key = "";
    private static ApiDocument document;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        List<String> arguments =
                List.of("--home=" + HOME, "--data=" + data, "--port=0", "--authentication.failures=100000");
        host = Host.start(HostSettings.load(new Sources(Map.of(), arguments, data)));
        key = host.takeBootstrapKey().orElseThrow();
        client = HttpClient.newHttpClient();
        String json = send(HttpRequest.newBuilder(URI.create(host.url() + "/openapi.json")), key)
                .body();
        Files.writeString(LINTED, json);
        document = new ApiDocument(json);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String credential)
            throws IOException, InterruptedException {
        HttpRequest.Builder known = credential.isEmpty() ? request : request.setHeader("X-API-Key", credential);
        try {
            return client.send(known.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            // The host closes a connection with an unread body just as the client reuses it.
            return HttpClient.newHttpClient().send(known.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String analyst() throws Exception {
        HttpRequest.Builder wanted = HttpRequest.newBuilder(URI.create(host.url() + "/admin/keys"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"walk\",\"owner\":\"ana\",\"kind\":\"service\",\"roles\":[\"analyst\"]}"));
        return new ObjectMapper().readTree(send(wanted, key).body()).get("key").asText();
    }

    private static void walk(String who, String credential, boolean withBad) throws Exception {
        URI at = URI.create(host.url());
        List<String> faults = new ArrayList<>();
        int sent = 0;
        for (ApiDocument.Operation operation : document.operations()) {
            List<Attempts.Attempt> attempts = new ArrayList<>(Attempts.good(at, operation));
            if (withBad) {
                attempts.addAll(Attempts.bad(at, operation));
            }
            for (Attempts.Attempt attempt : attempts) {
                HttpResponse<String> answer = send(attempt.request(), credential);
                String fault = answer.statusCode() == 500 ? "an internal error" : document.fault(operation, answer);
                if (!fault.isEmpty()) {
                    faults.add(operation + ", " + who + ", " + attempt.what() + ": " + fault + "\n    "
                            + answer.statusCode() + " " + answer.body());
                }
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(withBad ? 500 : 40);
        assertThat(faults).as(String.join("\n", faults)).isEmpty();
    }

    @Test
    void the_document_allows_every_response() throws Exception {
        walk("admin", key, true);
    }

    @Test
    void the_document_allows_every_response_to_less_privileged_callers() throws Exception {
        walk("analyst", analyst(), false);
        walk("nobody", "", true);
        walk("a caller with an invalid key", "bsb_dev_wrong", false);
    }

    @Test
    void a_response_that_the_document_does_not_allow_is_detected() throws Exception {
        String json = Files.readString(LINTED);
        HttpResponse<String> greeting = send(HttpRequest.newBuilder(URI.create(host.url() + "/api/hello/Ada")), "");
        HttpResponse<String> greeted = send(HttpRequest.newBuilder(URI.create(host.url() + "/api/hello/Ada")), key);

        assertThat(fault(json, greeted)).isEmpty();
        assertThat(fault(
                        json.replace("\"message\":{\"type\":\"string\"}", "\"message\":{\"type\":\"integer\"}"),
                        greeted))
                .contains("integer");
        assertThat(fault(json.replace("\"application/json\"", "\"text/csv\""), greeted))
                .contains("media type");
        assertThat(fault(json.replace("\"401\"", "\"402\""), greeting)).contains("status 401");
    }

    private static String fault(String json, HttpResponse<String> answer) throws IOException {
        ApiDocument changed = new ApiDocument(json);
        ApiDocument.Operation greet = changed.operations().stream()
                .filter(operation -> operation.path().equals("/api/hello/{name}"))
                .findFirst()
                .orElseThrow();
        return changed.fault(greet, answer);
    }

    @Test
    void requests_from_the_examples_succeed() throws Exception {
        for (ApiDocument.Operation operation : document.operations()) {
            boolean shown = operation.node().at("/tags/0").asText().matches("hello|turbo");
            for (Attempts.Attempt attempt :
                    shown ? Attempts.good(URI.create(host.url()), operation) : List.<Attempts.Attempt>of()) {
                HttpResponse<String> answer = send(attempt.request(), key);
                assertThat(answer.statusCode())
                        .as(operation + " " + attempt.what() + answer.body())
                        .isEqualTo(200);
            }
        }
    }
}
