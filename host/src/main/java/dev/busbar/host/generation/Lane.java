package dev.busbar.host.generation;

import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which a generation is loaded, started, checked and closed. A step that takes too long is
 * interrupted and given up; the thread then may never come back, and costs nobody else: what comes after runs on a
 * fresh one. Steps may be handed in by any thread.
 */
final class Lane implements AutoCloseable {
    private final String name;
    private final ScheduledExecutorService timer;
    private final Object lock = new Object();
    private ExecutorService thread;
    private @Nullable ExecutorService abandoned;

    Lane(String name, ScheduledExecutorService timer) {
        this.name = name;
        this.timer = timer;
        this.thread = newThread();
    }

    private ExecutorService newThread() {
        return Threads.idling(name, 1);
    }

    /**
     * Runs a step.
     *
     * @return completes on the lane's thread, or exceptionally with {@link TimeoutException} on the timer's
     */
    <T> CompletableFuture<T> run(Callable<T> step, Duration limit) {
        CompletableFuture<T> result = new CompletableFuture<>();
        AtomicBoolean over = new AtomicBoolean();
        synchronized (lock) {
            ExecutorService running = thread;
            ScheduledFuture<?> alarm = timer.schedule(
                    () -> {
                        if (over.compareAndSet(false, true)) {
                            giveUp(running);
                            result.completeExceptionally(new TimeoutException("not done within " + limit));
                        }
                    },
                    limit.toMillis(),
                    TimeUnit.MILLISECONDS);
            running.execute(() -> {
                Outcome<T> outcome = Outcome.of(step);
                if (over.compareAndSet(false, true)) {
                    alarm.cancel(false);
                    outcome.to(result);
                }
            });
        }
        return result;
    }

    private record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {
        static <T> Outcome<T> of(Callable<T> step) {
            try {
                return new Outcome<>(step.call(), null);
            } catch (Exception | Error failure) {
                // Whatever ends a step is its outcome: somebody waits for it.
                return new Outcome<>(null, failure);
            }
        }

        void to(CompletableFuture<T> result) {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }
    }

    /** The next step gets a fresh thread before anybody hears that this one was given up. */
    private void giveUp(ExecutorService running) {
        synchronized (lock) {
            running.shutdownNow();
            abandoned = running;
            thread = newThread();
        }
    }

    /** Waits for a step that was given up; false when it is still not over after the limit. */
    boolean awaitAbandoned(long millis) throws InterruptedException {
        ExecutorService before;
        synchronized (lock) {
            before = abandoned;
        }
        return before == null || before.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }

    /** Whether a step that was given up has ended, if there was one. */
    boolean isOver() {
        synchronized (lock) {
            return abandoned == null || abandoned.isTerminated();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            thread.shutdown();
        }
    }
}
