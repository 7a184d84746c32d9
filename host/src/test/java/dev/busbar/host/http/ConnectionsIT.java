package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many connections that are only half open, at a host that permits few. */
final class ConnectionsIT {
    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(
                data, "--http.maxConnections=40", "--http.maxConnectionsPerNetwork=30", "--http.headerTimeout=1s");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @Test
    void half_open_ones_keep_out_nobody() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                wires.add(Wire.to(host.host().port()).text("GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX-"));
            }
            await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> assertThat(
                            host.get("/health/live").statusCode())
                    .isEqualTo(200));
            assertThat(host.get("/admin/keys").statusCode()).isEqualTo(200);
            assertThat(host.get("/metrics").body())
                    .containsPattern("busbar_connections_closed_total\\{reason=\"limit\"} [1-9]");
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void a_header_section_that_trickles_in_is_ended() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.text("GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX-A: ");

            await().atMost(Duration.ofSeconds(20)).until(() -> isEnded(wire));
        }
    }

    private static boolean isEnded(Wire wire) {
        try {
            wire.text("a");
            return false;
        } catch (IOException ended) {
            return true;
        }
    }

    @Test
    void a_connection_in_use_is_left_alone() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            for (int i = 0; i < 3; i++) {
                wire.lines("GET /api/lab HTTP/1.1", "Host: localhost", "");
                assertThat(wire.read().body()).isEqualTo("root");
            }
        }
    }
}
