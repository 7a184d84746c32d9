package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients without a credential that declare a body where tokens are issued and revoked, and send none. */
final class SilentClientsIT {
    private static final int CLIENTS = 100;

    @Test
    void silent_clients_of_the_token_endpoints_keep_no_maintainer_out(@TempDir Path data) throws Exception {
        List<Wire> wires = new ArrayList<>();
        try (TestHost host = Lab.start(data)) {
            for (int i = 0; i < CLIENTS; i++) {
                wires.add(begin(host, i % 2 == 0 ? "/auth/token" : "/auth/revoke"));
            }

            for (int i = 0; i < 20; i++) {
                assertThat(host.get("/admin/keys").statusCode()).isEqualTo(200);
            }
            for (Wire wire : wires) {
                assertThat(wire.read().status()).isIn(408, 503, 504);
            }
            assertThat(host.post("/auth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials")
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    private static Wire begin(TestHost host, String path) throws Exception {
        return Wire.to(host.host().port())
                .lines(
                        "POST " + path + " HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Length: 100",
                        "");
    }
}
