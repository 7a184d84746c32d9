package dev.busbar.host.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.plugin.HealthCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rounds of health checks, one at a time. */
final class HealthWatchTest {
    /** Runs rounds and limits when the test says so. */
    private static final class HandTimer extends ScheduledThreadPoolExecutor {
        private final Queue<Runnable> rounds = new ConcurrentLinkedQueue<>();
        private final Queue<Runnable> limits = new ConcurrentLinkedQueue<>();

        HandTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            rounds.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.HOURS);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            limits.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.HOURS);
        }
    }

    private final HandTimer timer = new HandTimer();
    private final Generation generation = new Generation(new Owner.Platform("billing", 1), "1.0.0");
    private final BoundedPool pool = new BoundedPool("billing", HealthWatchTest.class.getClassLoader(), 1, 10);
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    private volatile boolean primary = true;

    private final HealthCheck hanging = HealthCheck.of("database", () -> {
        asked.incrementAndGet();
        inside.countDown();
        new CountDownLatch(1).await();
        return HealthCheck.Health.pass();
    });

    private HealthWatch watch(HealthCheck check) {
        return new HealthWatch(
                List.of(check),
                new HealthWatch.Means(
                        Door.uncounted(generation),
                        new Doors(Meters.NONE, () -> "of a test"),
                        pool,
                        timer,
                        () -> primary,
                        Duration.ofSeconds(30),
                        Clock.systemUTC(),
                        text -> text.replace("hunter22", "********")));
    }

    private void round() {
        timer.rounds.forEach(Runnable::run);
    }

    @AfterEach
    void end() {
        pool.shutDown();
        timer.shutdownNow();
    }

    @Test
    void a_check_without_a_result_at_its_limit_has_failed() throws Exception {
        HealthWatch watch = watch(hanging);
        round();
        inside.await();
        round();

        timer.limits.remove().run();

        assertThat(watch.results()).singleElement().satisfies(health -> {
            assertThat(health.status()).isEqualTo("fail");
            assertThat(health.detail()).isEqualTo("no result within PT10S");
        });
        assertThat(asked).as("never twice at once").hasValue(1);
        await().until(() -> generation.leases() == 0);
        assertThat(watch.results().get(0).detail())
                .as("not that of the interrupt")
                .startsWith("no result");
    }

    @Test
    void a_check_that_hangs_gives_its_lease_back_when_the_generation_is_replaced() throws Exception {
        HealthWatch watch = watch(hanging);
        round();
        inside.await();
        assertThat(generation.leases()).isEqualTo(1);

        watch.stop();
        generation.drain();

        await().until(generation::isClosed);
        assertThat(watch.results().get(0).status()).isEqualTo("pass");
    }

    @Test
    void a_result_has_no_secret_of_the_configuration() {
        HealthWatch watch = watch(HealthCheck.of("database", () -> {
            throw new IllegalStateException("cannot log in with hunter22");
        }));

        round();

        await().until(() -> watch.results().get(0).status().equals("fail"));
        assertThat(watch.results().get(0).detail()).endsWith("cannot log in with ********");
    }

    @Test
    void a_generation_that_does_not_serve_is_not_asked() throws Exception {
        CountDownLatch idle = new CountDownLatch(1);
        watch(HealthCheck.of("database", () -> {
            asked.incrementAndGet();
            return HealthCheck.Health.pass();
        }));
        primary = false;
        round();
        assertThat(pool.offer(idle::countDown)).isTrue();
        assertThat(idle.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).hasValue(0);
        primary = true;
        round();

        await().until(() -> asked.get() > 0);
        await().until(() -> generation.leases() == 0);
        assertThat(asked).hasValue(1);
    }
}
