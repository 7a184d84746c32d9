package dev.busbar.host.limits;

import static dev.busbar.host.limits.LimitedRequests.caller;
import static dev.busbar.host.limits.Policies.concurrency;
import static dev.busbar.host.limits.Policies.quota;
import static dev.busbar.host.limits.Policies.rate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.limits.LimitSettings.By;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The memory of limits: bounded, and no caller gets more by being forgotten. */
final class LimitMemoryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong();

    private static int taken(LimitCounter counter, String subject, int many) {
        int taken = 0;
        for (int i = 0; i < many; i++) {
            taken += counter.take(subject, 1).passes() ? 1 : 0;
        }
        return taken;
    }

    private static void flood(LimitCounter counter, int many) {
        for (int i = 0; i < many; i++) {
            LimitCounter.Verdict unused = counter.take("stranger-" + i, 1);
        }
    }

    @Test
    void a_million_callers_use_bounded_memory() {
        LimitBuckets buckets = new LimitBuckets(rate(100, HOUR, By.ADDRESS), 1_000, nanos::get);

        flood(buckets, 1_000_000);

        assertThat(buckets.size()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void a_flood_of_other_callers_does_not_refill_a_bucket() {
        LimitBuckets rates = new LimitBuckets(rate(100, HOUR, By.ADDRESS), 1_000, nanos::get);
        LimitBuckets quotas = new LimitBuckets(quota(100, By.ADDRESS), 1_000, nanos::get);
        for (LimitBuckets buckets : new LimitBuckets[] {rates, quotas}) {
            assertThat(taken(buckets, "ada", 200)).isEqualTo(100);

            flood(buckets, 200_000);

            assertThat(taken(buckets, "ada", 200)).isZero();
        }
    }

    @Test
    void the_debt_of_an_evicted_bucket_is_refilled_over_time() {
        LimitBuckets rates = new LimitBuckets(rate(100, HOUR, By.ADDRESS), 1_000, nanos::get);
        LimitBuckets quotas = new LimitBuckets(quota(100, By.ADDRESS), 1_000, nanos::get);
        for (LimitBuckets buckets : new LimitBuckets[] {rates, quotas}) {
            assertThat(taken(buckets, "ada", 200)).isEqualTo(100);
            flood(buckets, 100_000);
        }

        nanos.addAndGet(HOUR.toNanos() / 2);
        assertThat(taken(rates, "ada", 200)).isBetween(49, 50);
        nanos.addAndGet(Duration.ofDays(1).toNanos());
        assertThat(taken(rates, "ada", 200)).isEqualTo(100);
        assertThat(taken(quotas, "ada", 200)).isEqualTo(100);
    }

    @Test
    void a_bucket_that_must_be_full_again_is_dropped() {
        LimitBuckets buckets = new LimitBuckets(rate(100, HOUR, By.ADDRESS), 1_000, nanos::get);
        flood(buckets, 500);
        assertThat(buckets.size()).isEqualTo(500);

        nanos.addAndGet(HOUR.toNanos());

        assertThat(buckets.size()).isZero();
    }

    @Test
    void a_caller_without_requests_in_flight_is_forgotten() {
        LimitSlots slots = new LimitSlots(2);
        assertThat(taken(slots, "ada", 3)).isEqualTo(2);
        flood(slots, 1_000);
        assertThat(slots.size()).isEqualTo(1_001);

        for (int i = 0; i < 1_000; i++) {
            slots.refund("stranger-" + i, 1);
        }
        slots.refund("ada", 1);
        slots.refund("ada", 1);

        assertThat(slots.size()).isZero();
        assertThat(taken(slots, "ada", 3)).isEqualTo(2);
    }

    @Test
    void a_rejection_takes_no_slot() {
        LimitedRequests requests = new LimitedRequests().policy("one", concurrency(1, By.PRINCIPAL));
        LimitedRequests.Passing under = requests.from(caller("ada")).begin();

        for (int i = 0; i < 100; i++) {
            assertThat(requests.from(caller("ada")).passes()).isFalse();
        }
        under.end();

        assertThat(requests.from(caller("ada")).passes()).isTrue();
    }
}
