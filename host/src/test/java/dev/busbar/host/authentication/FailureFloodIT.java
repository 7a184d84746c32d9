package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases 34 and 58: who floods is held back, who shares its address or owns the id it names is not. */
final class FailureFloodIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PATH = "/auth/whoami";

    @TempDir
    Path data;

    private TestHost start() throws Exception {
        return Lab.start(
                data,
                "--tokens.issuer=https://busbar.example", // by default it names the port, which is another one each
                // time
                "--authentication.failures=20",
                "--authentication.period=1h",
                "--authentication.refusalDelay=0s"); // so that there is a flood at all
    }

    private static HttpResponse<String> call(TestHost host, String name, String value) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri(PATH)).header(name, value));
    }

    private static String token(TestHost host) throws Exception {
        HttpResponse<String> answer = host.send(HttpRequest.newBuilder(host.uri("/auth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-API-Key", host.key())
                .POST(BodyPublishers.ofString("grant_type=client_credentials")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.readTree(answer.body()).get("access_token").asText();
    }

    /** Another signature under the same claims, so that all of it is right but that. */
    private static String forged(String token, int salt) {
        int dot = token.lastIndexOf('.');
        char[] signature = token.substring(dot + 1).toCharArray();
        int at = 1 + salt % (signature.length - 2);
        signature[at] = signature[at] == 'A' ? 'B' : 'A';
        return token.substring(0, dot + 1) + new String(signature);
    }

    @Test
    void over_budget_only_valid_credentials_pass() throws Exception {
        String old;
        try (TestHost first = start()) {
            old = token(first);
        }
        try (TestHost host = start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(call(host, "X-API-Key", "wrong").statusCode()).isEqualTo(401);
            }
            HttpResponse<String> over = call(host, "X-API-Key", "wrong");
            assertThat(over.statusCode()).isEqualTo(429);
            assertThat(over.headers().firstValueAsLong("Retry-After")).hasValue(180);
            assertThat(call(host, "Authorization", "Bearer nonsense").statusCode())
                    .isEqualTo(429);
            assertThat(call(host, "X-API-Key", host.key()).statusCode()).isEqualTo(200);

            assertThat(call(host, "Authorization", "Bearer " + token(host)).statusCode())
                    .isEqualTo(200);
            assertThat(call(host, "Authorization", "Bearer " + old).statusCode())
                    .as("not known to this process, so one of the few signatures that are still verified")
                    .isEqualTo(200);
            assertThat(call(host, "Authorization", "Bearer " + forged(old, 7)).statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void a_flood_costs_the_honest_nothing() throws Exception {
        try (TestHost host = start()) {
            String token = token(host);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger refused = new AtomicInteger();
            List<Thread> flood = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int salt = i;
                flood.add(new Thread(() -> {
                    for (int n = salt; !over.get(); n += 4) {
                        try {
                            int status = n % 2 == 0
                                    ? call(host, "Authorization", "Bearer " + forged(token, n))
                                            .statusCode()
                                    : call(host, "X-API-Key", "bsb_dev_wrong").statusCode();
                            refused.addAndGet(status == 429 ? 1 : 0);
                        } catch (Exception e) {
                            over.set(true);
                        }
                    }
                }));
            }
            flood.forEach(Thread::start);
            try {
                for (int i = 0; i < 300; i++) {
                    assertThat(call(host, "X-API-Key", host.key()).statusCode()).isEqualTo(200);
                    assertThat(call(host, "Authorization", "Bearer " + token).statusCode())
                            .isEqualTo(200);
                    assertThat(call(host, "Authorization", "Bearer " + token(host))
                                    .statusCode())
                            .isEqualTo(200);
                }
                assertThat(over).as("an attacker failed to send").isFalse();
            } finally {
                over.set(true);
                for (Thread thread : flood) {
                    thread.join();
                }
            }
            assertThat(refused.get()).isGreaterThan(100);
        }
    }
}
