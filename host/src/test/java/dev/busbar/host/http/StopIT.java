package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StopIT {
    @Test
    void a_stopping_host_ends_what_is_in_flight_and_refuses_what_comes_new(@TempDir Path data) throws Exception {
        TestHost host = Lab.start(data);
        try (Wire inFlight = Wire.to(host.host().port());
                Wire kept = Wire.to(host.host().port())) {
            kept.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            assertThat(kept.read().status()).isEqualTo(200);
            inFlight.lines("GET /api/lab/pause HTTP/1.1", "Host: localhost", "");
            await().untilAsserted(() -> assertThat(
                            host.get("/admin/plugins/lab/generations").body())
                    .contains("\"leases\":1"));

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host::close);

            await().until(() -> isRefused(host.host().port()));
            kept.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
            Wire.Answer refused = kept.read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.problem()).isEqualTo("shutting-down");
            assertThat(refused.header("X-Correlation-ID")).isNotEmpty();
            assertThat(refused.json().get("correlationId").asText()).isNotEmpty();
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(stopped).isNotDone();
            Wire.Answer last = inFlight.read();
            assertThat(last.problem()).isEqualTo("platform-timeout");
            assertThat(last.header("Connection")).isEqualTo("close");
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (Wire wire = Wire.to(port)) {
            return wire.lines("GET /health/live HTTP/1.1", "Host: localhost", "")
                            .read()
                            .status()
                    == 503;
        }
    }
}
