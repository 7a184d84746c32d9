package dev.busbar.host.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("race")
class BoundedPoolTest {
    private static final int THREADS = 4;
    private static final int QUEUED = 3;
    private static final int TASKS = 2_000;

    private final BoundedPool pool = new BoundedPool("pool", BoundedPoolTest.class.getClassLoader(), THREADS, QUEUED);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void no_task_waits_while_there_may_be_one_more_thread() {
        for (int i = 0; i < THREADS; i++) {
            assertThat(pool.offer(this::block)).isTrue();
        }

        await().untilAsserted(() -> assertThat(running).hasValue(THREADS));
    }

    @Test
    void what_is_more_than_threads_and_queue_hold_is_refused() {
        for (int i = 0; i < THREADS + QUEUED; i++) {
            assertThat(pool.offer(this::block)).isTrue();
        }

        assertThat(pool.offer(this::block)).isFalse();
        assertThat(pool.size()).isEqualTo(THREADS);
    }

    @Test
    void what_has_waited_runs_when_a_thread_is_free() {
        for (int i = 0; i < THREADS + QUEUED; i++) {
            pool.offer(this::block);
        }

        release.countDown();

        await().untilAsserted(() -> assertThat(running).hasValue(THREADS + QUEUED));
    }

    @Test
    void one_free_thread_beside_stuck_ones_runs_everything() throws InterruptedException {
        for (int i = 0; i < THREADS - 1; i++) {
            pool.offer(this::block);
        }

        for (int i = 0; i < TASKS; i++) {
            CountDownLatch done = new CountDownLatch(1);
            assertThat(pool.offer(done::countDown)).isTrue();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_closed_pool_refuses() {
        pool.offer(() -> {});
        pool.close();

        assertThat(pool.offer(() -> {})).isFalse();
    }

    private void block() {
        running.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
