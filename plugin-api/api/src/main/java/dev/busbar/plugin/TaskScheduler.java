package dev.busbar.plugin;

import java.time.Duration;

/**
 * Runs small tasks later, on threads of the generation. Lent by {@link PlatformContext#scheduler()}; may be called from
 * any thread. Tasks run only while the generation is the primary one of its platform: what falls due before its publish
 * waits for it, and a task that is not due when its draining begins does not run; a {@link
 * java.util.concurrent.FutureTask} is cancelled then.
 */
public interface TaskScheduler {
    /** A scheduled task. */
    @FunctionalInterface
    interface Task {
        /** Prevents further runs; a run in progress is not interrupted. */
        void cancel();
    }

    /**
     * Runs a task once, after the delay at the earliest; an exception is logged.
     *
     * @throws java.util.concurrent.RejectedExecutionException once the generation is draining
     */
    Task after(Duration delay, Runnable task);

    /**
     * Runs a task repeatedly: first after the interval, then an interval after the end of each run. An exception is logged
     * and does not stop later runs.
     *
     * @throws IllegalArgumentException when the interval is under 10 ms
     * @throws java.util.concurrent.RejectedExecutionException once the generation is draining
     */
    Task every(Duration interval, Runnable task);
}
