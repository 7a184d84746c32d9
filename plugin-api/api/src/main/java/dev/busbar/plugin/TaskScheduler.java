package dev.busbar.plugin;

import java.time.Duration;

/**
 * Runs small tasks later, on threads of the generation. Lent by {@link PlatformContext#scheduler()}; may be called from
 * any thread. Tasks run only while the generation is the primary one of its platform: what falls due before its publish
 * waits for it, and a task that is not due when its draining begins does not run; a {@link
 * java.util.concurrent.FutureTask} is cancelled then.
 */
public interface TaskScheduler {
    /** Something scheduled, which can be called off. */
    @FunctionalInterface
    interface Task {
        /** Sees to it that no further run begins; one that runs goes on. */
        void cancel();
    }

    /**
     * Runs a task once.
     *
     * @throws java.util.concurrent.RejectedExecutionException once the generation is draining
     */
    Task after(Duration delay, Runnable task);

    /**
     * Runs a task again and again, the next run an interval after the end of the last one, also after one that threw.
     *
     * @throws IllegalArgumentException when the interval is under 10 ms
     * @throws java.util.concurrent.RejectedExecutionException once the generation is draining
     */
    Task every(Duration interval, Runnable task);
}
