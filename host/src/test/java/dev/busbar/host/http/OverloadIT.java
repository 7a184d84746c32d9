package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform with one thread and a queue of one. */
final class OverloadIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data, "--bulkhead.threads=1", "--bulkhead.queue=1");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static CompletableFuture<HttpResponse<String>> ask(String path) {
        HttpRequest request = HttpRequest.newBuilder(host.uri(path)).build();
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitLeases(int count) {
        await().untilAsserted(() ->
                assertThat(host.get("/admin/plugins/lab/generations").body()).contains("\"leases\":" + count));
    }

    @Test
    void a_full_platform_refuses_and_costs_the_others_nothing() throws Exception {
        CompletableFuture<HttpResponse<String>> inside = ask("/api/lab/pause");
        awaitLeases(1);
        CompletableFuture<HttpResponse<String>> queued = ask("/api/lab/pause");
        awaitLeases(2);

        HttpResponse<String> refused = ask("/api/lab").get(10, TimeUnit.SECONDS);
        HttpResponse<String> other = ask("/health/live").get(10, TimeUnit.SECONDS);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("platform-overloaded");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(inside.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        assertThat(queued.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        awaitLeases(0);
    }

    @Test
    void a_call_that_waits_past_its_deadline_is_504_and_never_entered() throws Exception {
        CompletableFuture<HttpResponse<String>> slow = ask("/api/lab/brief");
        awaitLeases(1);
        CompletableFuture<HttpResponse<String>> queued = ask("/api/lab/brief");

        assertThat(slow.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        assertThat(queued.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        assertThat(queued.get().body()).contains("platform-timeout");
        awaitLeases(0);
    }
}
