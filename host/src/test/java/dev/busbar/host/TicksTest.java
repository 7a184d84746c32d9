package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.threads.NonBlocking;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TicksTest {
    private static final Duration SOON = Duration.ofMillis(2);

    private final Ticks ticks = new Ticks();

    @AfterEach
    void end() {
        ticks.close();
    }

    @Test
    void work_that_throws_runs_again() {
        AtomicInteger runs = new AtomicInteger();
        ticks.every(SOON, Ticks.Work.PROMPT, "throws", () -> {
            if (runs.incrementAndGet() % 2 == 0) {
                throw new LinkageError("no");
            }
            throw new IllegalStateException("no");
        });

        await().until(() -> runs.get() >= 4);
    }

    @Test
    void prompt_work_must_not_block_and_other_work_may() {
        Queue<String> marks = new ConcurrentLinkedQueue<>();
        ticks.every(SOON, Ticks.Work.PROMPT, "prompt", () -> marks.add("prompt " + NonBlocking.isCurrent()));
        ticks.every(SOON, Ticks.Work.MAY_BLOCK, "blocks", () -> marks.add("blocks " + NonBlocking.isCurrent()));

        await().until(() -> marks.contains("prompt true") && marks.contains("blocks false"));
        assertThat(marks).doesNotContain("prompt false", "blocks true");
    }

    @Test
    void work_that_hangs_delays_neither_prompt_work_nor_another_one_that_blocks() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(2);
        ticks.every(SOON, Ticks.Work.MAY_BLOCK, "hangs", () -> {
            hanging.countDown();
            awaitQuietly(release);
        });
        hanging.await();

        ticks.every(SOON, Ticks.Work.MAY_BLOCK, "blocks", others::countDown);
        ticks.every(SOON, Ticks.Work.PROMPT, "prompt", others::countDown);

        others.await();
        release.countDown();
    }

    @Test
    void work_on_its_own_thread_runs_while_all_other_work_hangs() throws Exception {
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch beats = new CountDownLatch(3);
        for (int i = 0; i < 2; i++) {
            ticks.every(SOON, Ticks.Work.MAY_BLOCK, "hangs", () -> {
                hanging.countDown();
                awaitQuietly(release);
            });
        }
        hanging.await();

        ticks.every(SOON, Ticks.Work.ON_ITS_OWN_THREAD, "beats", beats::countDown);

        beats.await();
        release.countDown();
    }

    @Test
    void work_that_hangs_is_reported_with_its_stack() {
        CountDownLatch release = new CountDownLatch(1);
        Queue<String> reports = new ConcurrentLinkedQueue<>();
        try (Ticks quick = new Ticks(Duration.ofMillis(20), reports::add)) {
            quick.every(SOON, Ticks.Work.MAY_BLOCK, "hangs", () -> awaitQuietly(release));

            await().untilAsserted(() -> assertThat(reports)
                    .singleElement()
                    .asString()
                    .contains("periodic work \"hangs\" has not ended after PT0.02S", "TicksTest.awaitQuietly"));
            release.countDown();
        }
    }

    @Test
    void closing_waits_for_running_work_without_interrupting_it() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean finished = new AtomicBoolean();
        ticks.every(SOON, Ticks.Work.MAY_BLOCK, "writes", () -> {
            running.countDown();
            awaitQuietly(release);
            finished.set(true);
        });
        running.await();
        Thread closing = new Thread(ticks::close);
        closing.start();

        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(finished).isFalse();
        release.countDown();
        closing.join();

        assertThat(finished).isTrue();
    }

    /** Ends with the latch alone: an interrupt would let the work fail. */
    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
