package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.TokenText;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and revocations over a restart. */
final class TokenRestartIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "grant_type=client_credentials";

    /** By default it names the port, which is another one after a restart on port 0. */
    private static final String ISSUER = "--tokens.issuer=https://busbar.example";

    @Test
    void a_restart_keeps_tokens_and_revocations(@TempDir Path own) throws Exception {
        String valid;
        String revoked;
        try (TestHost first = Lab.start(own, ISSUER)) {
            valid = adminToken(first);
            revoked = adminToken(first);
            first.post(
                    "/admin/revocations", "application/json", "{\"jti\":\"" + TokenText.claim(revoked, "jti") + "\"}");
        }
        try (TestHost second = Lab.start(own, ISSUER)) {
            assertThat(whoAmI(second, valid)).isEqualTo(200);
            assertThat(whoAmI(second, revoked)).isEqualTo(401);
        }
    }

    private static String adminToken(TestHost at) throws Exception {
        return MAPPER.readTree(at.post("/auth/token", FORM, GRANT).body())
                .get("access_token")
                .asText();
    }

    private static int whoAmI(TestHost at, String token) throws Exception {
        return at.send(HttpRequest.newBuilder(at.uri("/auth/whoami")).header("Authorization", "Bearer " + token))
                .statusCode();
    }
}
