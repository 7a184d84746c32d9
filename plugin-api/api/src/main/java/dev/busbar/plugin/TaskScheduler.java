package dev.busbar.plugin;

import java.time.Duration;

/**
 * Runs small tasks later, on threads of the generation. Lent by {@link PlatformContext#scheduler()}; may be called from
 * any thread. Tasks run only while the generation is the primary one of its platform: what falls due before its publish
 * waits for it, and none starts after its retirement has begun.
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
     * @throws IllegalStateException after the generation has retired
     */
    Task after(Duration delay, Runnable task);

    /**
     * Runs a task again and again, the next run an interval after the end of the last one, also after one that threw.
     *
     * @throws IllegalArgumentException when the interval is under 10 ms
     * @throws IllegalStateException after the generation has retired
     */
    Task every(Duration interval, Runnable task);
}
