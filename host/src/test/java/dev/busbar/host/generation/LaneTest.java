package dev.busbar.host.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LaneTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScheduledExecutorService timer = Threads.timer("test-timer");
    private final Lane lane = new Lane("test-lane", timer);

    /** Keeps the timer, which has one thread, from abandoning a step before it has begun. */
    private CountDownLatch holdTimer() {
        CountDownLatch begun = new CountDownLatch(1);
        timer.execute(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return begun;
    }

    @AfterEach
    void close() {
        lane.close();
        timer.shutdownNow();
    }

    @Test
    void a_step_that_is_interrupted_at_its_limit_sees_that_it_was_abandoned() throws Exception {
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        CountDownLatch begun = holdTimer();

        CompletableFuture<Boolean> step = lane.run(
                abandoned -> {
                    assertThat(abandoned.getAsBoolean()).isFalse();
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        seen.complete(abandoned.getAsBoolean());
                    }
                    return true;
                },
                Duration.ofMillis(20));

        assertThat(seen.get(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> step.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void the_step_after_an_abandoned_one_runs_on_another_thread_without_its_interrupt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = holdTimer();
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Boolean> step = lane.run(
                abandoned -> {
                    first.complete(Thread.currentThread());
                    begun.countDown();
                    while (end.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return true;
                },
                Duration.ofMillis(20));
        assertThatThrownBy(() -> step.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);

        Thread second = lane.run(abandoned -> Thread.interrupted() ? first.get() : Thread.currentThread(), LONG)
                .get(10, TimeUnit.SECONDS);

        assertThat(second).isNotSameAs(first.get());
        assertThat(lane.isOver()).isFalse();
        end.countDown();
        assertThat(lane.awaitAbandoned(10_000)).isTrue();
        assertThat(lane.isOver()).isTrue();
    }
}
