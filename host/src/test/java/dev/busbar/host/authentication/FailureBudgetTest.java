package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureBudgetTest {
    private final AtomicLong nanos = new AtomicLong();
    private final FailureBudget budget =
            new FailureBudget(new AuthenticationSettings(3, Duration.ofSeconds(30), 2, 3, Duration.ZERO), nanos::get);

    private void fail(String network, String key, int times) {
        for (int i = 0; i < times; i++) {
            budget.fail(network, key);
        }
    }

    /** Case 34. */
    @Test
    void too_many_failures_exceed_the_budget_until_it_is_refilled() {
        fail("a", "", 3);

        assertThat(budget.isNetworkOver("a")).isTrue();
        assertThat(budget.isNetworkOver("b")).isFalse();
        assertThat(budget.retryAfterSeconds()).isEqualTo(10);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos() + 1_000);
        assertThat(budget.isNetworkOver("a")).isFalse();
        fail("a", "", 1);
        assertThat(budget.isNetworkOver("a")).isTrue();
    }

    @Test
    void a_key_has_a_budget_of_its_own_from_wherever_it_is_tried() {
        for (int i = 0; i < 3; i++) {
            fail("network-" + i, "victim", 1);
        }

        assertThat(budget.isKeyOver("victim")).isTrue();
        assertThat(budget.isNetworkOver("network-0")).isFalse();
    }

    @Test
    void over_budget_each_network_still_has_a_few_signatures_and_all_together_not_many() {
        for (String network : new String[] {"a", "b", "c"}) {
            fail(network, "", 3);
        }

        assertThat(budget.mayVerify("a")).isTrue();
        assertThat(budget.mayVerify("a")).isTrue();
        assertThat(budget.mayVerify("a")).isFalse();
        assertThat(budget.mayVerify("b")).isTrue();
        assertThat(budget.mayVerify("c")).isFalse(); // shared by all
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(budget.mayVerify("c")).isTrue();
    }

    /** Case 58: whose id is named by others does not compete with them. */
    @Test
    void a_network_that_did_nothing_does_not_share_what_others_use_up() {
        for (int i = 0; i < 10; i++) {
            fail("attacker-" + i, "victim", 3);
            budget.mayVerify("attacker-" + i);
        }

        assertThat(budget.isKeyOver("victim")).isTrue();
        assertThat(budget.mayVerify("victims-own")).isTrue();
    }

    @Test
    void networks_with_a_recent_failure_share_a_rate_of_signatures_however_many_they_are() {
        int tried = 0;
        for (int i = 0; i < 5_000; i++) {
            fail("network-" + i, "", 1);
            tried += budget.mayTry("network-" + i) ? 1 : 0;
        }

        assertThat(tried).isEqualTo(2_000);
        assertThat(budget.mayTry("without-a-failure")).isTrue();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(budget.mayTry("network-0")).isTrue();
    }

    /** Case 55. */
    @Test
    void memory_is_bounded_for_any_number_of_clients() {
        for (int i = 0; i < 300_000; i++) {
            fail("network-" + i, "key-" + i, 1);
        }

        assertThat(budget.size()).isLessThan(110_000);
    }
}
