package dev.busbar.host.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UninterruptedTest {
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Uninterrupted uninterrupted = new Uninterrupted(threads);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void an_interrupt_reaches_the_caller_after_the_work_and_never_the_work() {
        Thread caller = Thread.currentThread();
        AtomicBoolean reached = new AtomicBoolean();
        CountDownLatch interrupted = new CountDownLatch(1);

        String result = uninterrupted.call(() -> {
            caller.interrupt();
            interrupted.countDown();
            reached.set(Thread.currentThread().isInterrupted());
            return "done";
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isEqualTo("done");
        assertThat(reached).isFalse();
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void an_exception_of_the_work_is_thrown_to_the_caller() {
        assertThatThrownBy(() -> uninterrupted.run(() -> {
                    throw new IllegalArgumentException("no such row");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such row");
    }

    @Test
    void work_is_refused_once_its_threads_are_stopped() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> uninterrupted.run(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the host is stopping");
    }
}
