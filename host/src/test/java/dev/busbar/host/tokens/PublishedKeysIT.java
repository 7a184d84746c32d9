package dev.busbar.host.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublishedKeysIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void the_first_start_generates_a_published_key_that_later_starts_keep(@TempDir Path data) throws Exception {
        JsonNode first;
        try (TestHost host = TestHost.startAsIs(data, begun -> {})) {
            HttpResponse<String> answer = host.send(HttpRequest.newBuilder(host.uri("/.well-known/jwks.json")));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=300");
            assertThat(answer.body()).doesNotContain("\"d\"", "\"p\"", "\"q\"");
            first = MAPPER.readTree(answer.body());
        }
        try (TestHost host = TestHost.start(data)) {
            assertThat(MAPPER.readTree(host.get("/.well-known/jwks.json").body()))
                    .isEqualTo(first);
        }
        assertThat(first.get("keys")).hasSize(1);
        assertThat(first.at("/keys/0/alg").asText()).isEqualTo("RS256");
    }
}
