package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.HostInsight;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Case 34: a client over budget waits for the refusal, on no thread of the host, and no other client does. */
@Timeout(120)
final class RefusalDelayIT {
    private static final String ROUTE = "/api/lab/items/1";
    private static final Duration BRIEF = Duration.ofMillis(300);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @TempDir
    Path data;

    /** A host at which this address has used its budget up. */
    private TestHost startOverBudget(Duration delay, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--authentication.failures=1");
        all.add("--authentication.period=1h");
        all.add("--authentication.refusalDelay=" + delay.toMillis() + "ms");
        TestHost host = Lab.start(data, all.toArray(String[]::new));
        assertThat(status(host, ROUTE, "X-API-Key", "wrong")).isEqualTo(401);
        return host;
    }

    private static int status(TestHost host, String path, String name, String value) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri(path)).header(name, value))
                .statusCode();
    }

    /** Sends a request with a bad token, and waits for nothing. */
    private static Wire begin(TestHost host) throws IOException {
        return Wire.to(host.host().port())
                .lines("GET " + ROUTE + " HTTP/1.1", "Host: localhost", "Authorization: Bearer forged", "");
    }

    /** The count of delayed refusals: each has a lease of its route. */
    private static int waiting(TestHost host) {
        return HostInsight.plugins(host.host()).generations("lab").stream()
                .mapToInt(GenerationView::leases)
                .sum();
    }

    private static void awaitWaiting(TestHost host, int many) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(waiting(host)).isEqualTo(many));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @Test
    void a_refusal_over_budget_comes_after_the_delay_wherever_the_credential_stands() throws Exception {
        try (TestHost host = startOverBudget(BRIEF)) {
            long begun = System.nanoTime();
            assertThat(status(host, ROUTE, "Authorization", "Bearer forged")).isEqualTo(429);
            assertThat(since(begun)).isGreaterThanOrEqualTo(BRIEF);

            begun = System.nanoTime();
            HttpResponse<String> form = host.send(HttpRequest.newBuilder(host.uri("/auth/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=a&client_secret=b")));
            assertThat(since(begun)).isGreaterThanOrEqualTo(BRIEF);
            assertThat(form.statusCode()).isEqualTo(429);
            assertThat(form.body()).contains("temporarily_unavailable");
        }
    }

    @Test
    void delayed_refusals_hold_no_thread_and_delay_no_valid_request() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try (TestHost host = startOverBudget(LONGEST, "--http.maxThreads=12")) {
            for (int i = 0; i < RefusalDelay.MAX_OF_NETWORK; i++) {
                wires.add(begin(host));
            }
            awaitWaiting(host, RefusalDelay.MAX_OF_NETWORK);

            long begun = System.nanoTime();
            assertThat(host.get(ROUTE).statusCode()).isEqualTo(200);
            assertThat(status(host, ROUTE, "Authorization", "Bearer forged"))
                    .as("no place is left")
                    .isEqualTo(429);
            assertThat(since(begun)).isLessThan(LONGEST);
        } finally {
            close(wires);
        }
    }

    @Test
    void a_stopping_host_sends_delayed_refusals_at_once() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try (TestHost host = startOverBudget(LONGEST)) {
            wires.add(begin(host));
            wires.add(begin(host));
            awaitWaiting(host, 2);

            long begun = System.nanoTime();
            host.host().close();

            assertThat(since(begun)).isLessThan(LONGEST);
            for (Wire wire : wires) {
                Wire.Answer answer = wire.read();
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.problem()).endsWith("quota-exceeded");
            }
        } finally {
            close(wires);
        }
    }

    @Test
    void a_client_that_hangs_up_while_it_waits_leaves_nothing_behind() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try (TestHost host = startOverBudget(LONGEST)) {
            for (int i = 0; i < RefusalDelay.MAX_OF_NETWORK; i++) {
                wires.add(begin(host));
            }
            awaitWaiting(host, RefusalDelay.MAX_OF_NETWORK);

            close(wires);
            awaitWaiting(host, 0);

            wires.add(begin(host));
            awaitWaiting(host, 1); // there is a place again
        } finally {
            close(wires);
        }
    }

    private static void close(List<Wire> wires) throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
    }
}
