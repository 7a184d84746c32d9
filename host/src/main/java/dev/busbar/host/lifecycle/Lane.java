package dev.busbar.host.lifecycle;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread on which a generation is loaded, started, checked and closed. A step that takes too long is
 * interrupted and given up; the thread then may never come back, and costs nobody else. Steps are handed in by the
 * thread that decides.
 */
final class Lane implements AutoCloseable {
    private static final long IDLE_SECONDS = 5;

    private final String name;
    private final ScheduledExecutorService timer;
    private ExecutorService thread;

    Lane(String name, ScheduledExecutorService timer) {
        this.name = name;
        this.timer = timer;
        this.thread = newThread();
    }

    private ExecutorService newThread() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                GenerationPool.threads(name, Lane.class.getClassLoader()));
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /**
     * Runs a step.
     *
     * @return completes on the lane's thread, or exceptionally with {@link TimeoutException} on the timer's
     */
    <T> CompletableFuture<T> run(Callable<T> step, Duration limit) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ExecutorService running = thread;
        ScheduledFuture<?> alarm = timer.schedule(
                () -> {
                    if (result.completeExceptionally(new TimeoutException("not done within " + limit))) {
                        running.shutdownNow();
                    }
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        running.execute(() -> {
            try {
                T value = step.call();
                alarm.cancel(false);
                result.complete(value);
            } catch (Throwable failure) {
                // The border to a plugin's code: whatever it throws, errors included, is the outcome of this step.
                alarm.cancel(false);
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Takes a fresh thread for what still has to be done after a step was given up. */
    void renew() {
        thread.shutdownNow();
        thread = newThread();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
