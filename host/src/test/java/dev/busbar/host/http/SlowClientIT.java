package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that begin and do not end. */
final class SlowClientIT {
    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data, "--http.idleTimeout=500ms", "--http.maxThreads=12");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @Test
    void many_that_never_end_their_headers_hold_no_thread_and_are_let_go() throws Exception {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            wires.add(Wire.to(host.host().port()).text("GET /api/lab HTTP/1.1\r\nHost: localhost\r\nX-"));
        }

        assertThat(host.get("/api/lab").body()).isEqualTo("root");
        for (Wire wire : wires) {
            assertThat(wire.ends()).isTrue();
            wire.close();
        }
    }

    @Test
    void one_that_falls_silent_in_its_body_is_408() throws Exception {
        try (Wire wire = Wire.to(host.host().port())) {
            wire.lines("POST /api/lab/patient HTTP/1.1", "Host: localhost", "Content-Length: 100", "", "abc");

            assertThat(wire.read().problem()).isEqualTo("request-timeout");
            assertThat(wire.ends()).isTrue();
        }
    }
}
