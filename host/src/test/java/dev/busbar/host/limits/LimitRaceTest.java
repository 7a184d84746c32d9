package dev.busbar.host.limits;

import static dev.busbar.host.limits.LimitedRequests.caller;
import static dev.busbar.host.limits.Policies.concurrency;
import static dev.busbar.host.limits.Policies.quota;
import static dev.busbar.host.limits.Policies.rate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitedRequests.Passing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/** Limits are exact under concurrent requests. */
@Tag("race")
final class LimitRaceTest {
    private static final int THREADS = 50;
    private static final int EACH = 10;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final LimitedRequests requests = new LimitedRequests();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Sends five hundred requests that stay in flight; returns those that passed. */
    private List<Passing> race() throws Exception {
        assertThat(requests.rig()).isNotNull();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Callable<List<Passing>> some = () -> {
            start.await();
            List<Passing> begun = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                begun.add(requests.from(caller("ada")).begin());
            }
            return begun;
        };
        List<Passing> passed = new ArrayList<>();
        List<Future<List<Passing>>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(threads.submit(some));
        }
        for (Future<List<Passing>> one : all) {
            one.get().stream().filter(Passing::passed).forEach(passed::add);
        }
        return passed;
    }

    @RepeatedTest(5)
    void a_rate_admits_exactly_its_limit() throws Exception {
        requests.policy("rate", rate(100, Duration.ofMinutes(1), By.PRINCIPAL));

        assertThat(race()).hasSize(100);
    }

    @RepeatedTest(5)
    void a_quota_admits_exactly_its_limit() throws Exception {
        requests.policy("daily", quota(100, By.KEY));

        assertThat(race()).hasSize(100);
    }

    @RepeatedTest(5)
    void exactly_the_limit_is_in_flight_and_all_slots_are_returned() throws Exception {
        requests.policy("places", concurrency(100, By.PRINCIPAL));

        List<Passing> under = race();
        assertThat(under).hasSize(100);

        under.forEach(Passing::end);
        assertThat(race()).hasSize(100);
    }

    @RepeatedTest(5)
    void the_smaller_of_two_limits_is_exact_and_rejections_are_refunded_to_the_other() throws Exception {
        requests.policy("rate", rate(100, Duration.ofMinutes(1), By.KEY)).policy("quota", quota(60, By.PRINCIPAL));

        List<Passing> passed = race();

        assertThat(passed).hasSize(60);
        assertThat(requests.from(caller("ada")).send().field("ratelimit")).contains("\"rate\";r=40", "\"quota\";r=0");
        assertThat(requests.counted("rate", "allowed")).isEqualTo(60);
    }
}
