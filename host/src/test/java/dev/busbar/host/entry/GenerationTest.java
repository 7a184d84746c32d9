package dev.busbar.host.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.contract.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("race")
final class GenerationTest {
    private static final int THREADS = 4;

    private final Generation generation = new Generation(new Owner.Platform("billing", 7), "1.2.3");
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void leases_are_counted_out_and_back() {
        assertThat(generation.tryAcquire()).isTrue();
        assertThat(generation.tryAcquire()).isTrue();
        generation.release();

        assertThat(generation.leases()).isEqualTo(1);
        assertThat(generation.inside()).isZero();
        assertThat(generation.isDraining()).isFalse();
        assertThat(generation).hasToString("billing 1.2.3 #7");
    }

    @Test
    void draining_without_leases_closes_at_once() {
        generation.drain();

        assertThat(generation.isClosed()).isTrue();
        assertThat(generation.whenClosed().toCompletableFuture()).isCompleted();
        assertThat(generation.tryAcquire()).isFalse();
        assertThat(generation.enter()).isFalse();
    }

    @Test
    void a_draining_generation_gives_no_lease_and_closes_with_the_last_one() {
        generation.tryAcquire();
        generation.drain();

        assertThat(generation.tryAcquire()).isFalse();
        assertThat(generation.enter())
                .as("the holder of a lease may still enter")
                .isTrue();
        generation.leave();
        assertThat(generation.isClosed()).isFalse();
        generation.release();
        assertThat(generation.isClosed()).isTrue();
        assertThat(generation.whenClosed().toCompletableFuture()).isCompleted();
    }

    @Test
    void a_forced_close_counts_who_is_inside_and_refuses_who_waits_with_a_lease() {
        generation.tryAcquire();
        generation.tryAcquire();
        generation.enter();

        assertThat(generation.forceClose()).isEqualTo(1);
        assertThat(generation.whenClosed().toCompletableFuture()).isCompleted();
        assertThat(generation.enter()).isFalse();
        generation.leave();
        generation.release();
        generation.release();
        assertThat(generation.leases()).isZero();
        assertThat(generation.inside()).isZero();
        assertThat(generation.forceClose()).isZero();
    }

    @RepeatedTest(60)
    void nobody_is_inside_a_closed_generation_however_draining_meets_entering() throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS + 1);
        AtomicInteger violations = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();

        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                start.await();
                while (generation.tryAcquire()) {
                    if (!generation.enter() || generation.isClosed()) {
                        violations.incrementAndGet();
                    }
                    generation.leave();
                    generation.release();
                }
                return null;
            }));
        }
        start.await();
        generation.drain();
        finish(running);

        assertThat(violations).hasValue(0);
        assertThat(generation.whenClosed().toCompletableFuture()).isCompleted();
        assertThat(generation.leases()).isZero();
    }

    @RepeatedTest(60)
    void nobody_enters_after_a_forced_close_has_returned() throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS + 1);
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger violations = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();

        for (int i = 0; i < THREADS; i++) {
            generation.tryAcquire();
            running.add(threads.submit(() -> {
                start.await();
                boolean entered = true;
                while (entered) {
                    boolean before = closed.get();
                    entered = generation.enter();
                    if (entered && before) {
                        violations.incrementAndGet();
                    }
                    if (entered) {
                        generation.leave();
                    }
                }
                generation.release();
                return null;
            }));
        }
        start.await();
        generation.forceClose();
        closed.set(true);
        finish(running);

        assertThat(violations).hasValue(0);
        assertThat(generation.leases()).isZero();
        assertThat(generation.inside()).isZero();
    }

    private static void finish(List<Future<?>> running) throws Exception {
        for (Future<?> one : running) {
            one.get(10, TimeUnit.SECONDS);
        }
    }
}
