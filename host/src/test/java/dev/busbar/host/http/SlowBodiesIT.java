package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that announce a body and send none, more of them than there are threads for what they ask. */
final class SlowBodiesIT {
    private static final int MANY = 120;

    @TempDir
    static Path data;

    private static TestHost host;

    private final List<Wire> wires = new ArrayList<>();

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data, "--bulkhead.threads=4", "--bulkhead.queue=4");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @AfterEach
    void leave() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
    }

    private void silent(String path, String type) throws IOException {
        for (int i = 0; i < MANY; i++) {
            Wire wire = Wire.to(host.host().port());
            wires.add(wire);
            wire.lines("POST " + path + " HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key());
            wire.lines("Content-Type: " + type, "Content-Length: 1000", "");
        }
    }

    @Test
    void they_keep_nobody_from_a_token_or_the_openapi_document() throws Exception {
        for (int i = 0; i < MANY; i++) {
            Wire wire = Wire.to(host.host().port());
            wires.add(wire);
            wire.lines("POST /auth/token HTTP/1.1", "Host: localhost", "Content-Length: 1000");
            wire.lines("Content-Type: application/x-www-form-urlencoded", "");
        }

        String basic = Base64.getEncoder()
                .encodeToString((host.key().split("_")[2] + ":" + host.key()).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> token = host.send(HttpRequest.newBuilder(host.uri("/auth/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));

        assertThat(token.statusCode()).as(token.body()).isEqualTo(200);
        assertThat(host.get("/openapi.json").statusCode()).isEqualTo(200);
    }

    @Test
    void they_keep_nobody_from_administration_and_containment() throws Exception {
        silent("/admin/cache/purge", "application/json");

        assertThat(host.get("/admin/keys").statusCode()).isEqualTo(200);
        assertThat(host.get("/metrics").statusCode()).isEqualTo(200);
        assertThat(host.change("lab", "disable").statusCode()).isEqualTo(200);
        assertThat(host.change("lab", "enable").statusCode()).isEqualTo(200);
    }

    @Test
    void they_hold_no_thread_of_a_platform() throws Exception {
        silent("/api/lab/length", "text/plain");

        assertThat(host.get("/api/lab").body()).isEqualTo("root");
        assertThat(host.post("/api/lab/length", "text/plain", "abc").body()).isEqualTo("3");
    }

    @Test
    void uploads_that_stop_hold_at_most_half_of_the_threads() throws Exception {
        for (int i = 0; i < MANY; i++) {
            Wire wire = Wire.to(host.host().port());
            wires.add(wire);
            wire.lines("POST /api/lab/large HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "");
            wire.lines("10003", "x".repeat(0x10003));
        }

        assertThat(host.get("/api/lab").body()).isEqualTo("root");
    }
}
