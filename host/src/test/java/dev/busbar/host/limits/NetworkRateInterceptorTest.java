package dev.busbar.host.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.ProblemException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rate limit of each network for pages and tokens. */
final class NetworkRateInterceptorTest {
    private final AtomicLong now = new AtomicLong();
    private final NetworkRateInterceptor limit = new NetworkRateInterceptor(5, 1_000, Meters.NONE, now::get);
    private final AtomicInteger passed = new AtomicInteger();

    private void request(String address) {
        Invocation invocation = new Invocation(FakeExchange.get("/docs").from(address), 0);
        limit.intercept(invocation, next -> passed.incrementAndGet());
    }

    @Test
    void a_network_beyond_its_burst_is_429_and_others_are_not() {
        for (int i = 0; i < 20; i++) {
            request("2001:db8::" + i);
        }

        assertThatThrownBy(() -> request("2001:db8::ffff")).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.status()).isEqualTo(429);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
        });
        request("2001:db8:0:1::1");
        request("192.0.2.1");
        assertThat(passed).hasValue(22);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        request("2001:db8::1");
    }
}
