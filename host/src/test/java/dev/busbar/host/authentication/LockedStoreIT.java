package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not respond delays the requests that need it, and no others. */
final class LockedStoreIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** More than there are threads that read from connections. */
    private static final int CALLERS = 24;

    private static final PluginJar JAR = PluginJar.named("billing")
            .route("Route.get(\"/open\", r -> Response.text(\"open\")).access(Access.PUBLIC)")
            .route("Route.get(\"/bills\", r -> Response.text(\"bills\")).access(Access.READ)");

    private static String newKey(TestHost host) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"ana\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return MAPPER.readTree(made.body()).get("key").asText();
    }

    private static CompletableFuture<HttpResponse<String>> ask(HttpClient client, URI uri, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
        if (!key.isEmpty()) {
            request.header("X-API-Key", key);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void looking_up_keys_delays_no_other_request(@TempDir Path data) throws Exception {
        StoreSettings store = Databases.postgresql();
        try (TestHost host = TestHost.start(data, "--store.url=" + store.url(), "--store.user=" + store.user());
                Connection other = DriverManager.getConnection(store.url(), store.user(), "");
                Statement statement = other.createStatement()) {
            assertThat(host.install(JAR).statusCode()).isEqualTo(200);
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                keys.add(newKey(host));
            }
            other.setAutoCommit(false);
            statement.execute("lock table api_key in access exclusive mode");
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

            List<CompletableFuture<HttpResponse<String>>> held = keys.stream()
                    .map(key -> ask(client, host.uri("/api/billing/bills"), key))
                    .toList();
            for (String path : List.of("/health/live", "/api/billing/open", "/docs")) {
                for (int i = 0; i < CALLERS; i++) {
                    HttpResponse<String> answer =
                            ask(client, host.uri(path), "").get(30, TimeUnit.SECONDS);
                    assertThat(answer.statusCode()).as(path).isEqualTo(200);
                }
            }

            assertThat(held).noneMatch(CompletableFuture::isDone);
            other.rollback();
            for (CompletableFuture<HttpResponse<String>> one : held) {
                HttpResponse<String> answer = one.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("bills");
            }
        }
    }
}
