package dev.busbar.host.generation;

import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which a generation is loaded, started, checked and closed. A step that takes too long is abandoned and
 * interrupted; its thread may never end, and blocks nothing else: the next step runs on a new one. Steps may be submitted
 * by any thread.
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

    /**
     * A step that may be abandoned while it runs.
     *
     * @param <T> the type of its result
     */
    @FunctionalInterface
    interface Step<T> {
        /**
         * Runs on a thread of the lane.
         *
         * @param abandoned returns whether the step was abandoned; it is interrupted right after that, at any time
         */
        T run(BooleanSupplier abandoned) throws Exception;
    }

    private ExecutorService newThread() {
        return Threads.idling(name, 1);
    }

    /**
     * Runs a step.
     *
     * @return completes on the lane's thread, or exceptionally with {@link TimeoutException} on the timer's, whose stack
     *     trace is that of the step when it was abandoned
     */
    <T> CompletableFuture<T> run(Step<T> step, Duration limit) {
        CompletableFuture<T> result = new CompletableFuture<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
        synchronized (lock) {
            ExecutorService running = thread;
            ScheduledFuture<?> alarm = timer.schedule(
                    () -> {
                        if (over.compareAndSet(false, true)) {
                            TimeoutException late = late(limit, runner.get());
                            abandon(running);
                            result.completeExceptionally(late);
                        }
                    },
                    limit.toMillis(),
                    TimeUnit.MILLISECONDS);
            running.execute(() -> {
                runner.set(Thread.currentThread());
                Outcome<T> outcome = Outcome.of(step, over::get);
                runner.set(null);
                if (over.compareAndSet(false, true)) {
                    alarm.cancel(false);
                    outcome.to(result);
                }
            });
        }
        return result;
    }

    /** Made before the thread is interrupted, so that the stack shows what the step waits for. */
    private static TimeoutException late(Duration limit, @Nullable Thread runner) {
        TimeoutException late = new TimeoutException("not done within " + limit);
        late.setStackTrace(runner == null ? new StackTraceElement[0] : runner.getStackTrace());
        return late;
    }

    private record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {
        static <T> Outcome<T> of(Step<T> step, BooleanSupplier abandoned) {
            try {
                return new Outcome<>(step.run(abandoned), null);
            } catch (Exception | Error failure) {
                // Whatever ends a step is its outcome: the caller waits for it.
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

    /** The next step gets a new thread before the caller hears that this one was abandoned. */
    private void abandon(ExecutorService running) {
        synchronized (lock) {
            running.shutdownNow();
            abandoned = running;
            thread = newThread();
        }
    }

    /** Waits for a step that was abandoned; returns false when it has not ended after the limit. */
    boolean awaitAbandoned(long millis) throws InterruptedException {
        ExecutorService before;
        synchronized (lock) {
            before = abandoned;
        }
        return before == null || before.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }

    /** Returns whether the step that was abandoned has ended, if there was one. */
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
