package dev.busbar.host.lifecycle;

import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that decides about all plugins, with its timer. May be called from any thread. */
final class LifecycleThread implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LifecycleThread.class);

    private final ExecutorService thread = Threads.prestarted("busbar-lifecycle", 1);
    private final ScheduledExecutorService timer = Threads.timer("busbar-lifecycle-timer");
    private volatile boolean stopping;

    @Override
    public void execute(Runnable step) {
        thread.execute(step);
    }

    /** Runs a step unless the host has stopped meanwhile. */
    void executeUnlessClosed(Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is decided any more");
        }
    }

    /** Runs a step on this thread after a delay. */
    Future<?> after(Duration delay, Runnable step) {
        return timer.schedule(() -> executeUnlessClosed(step), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a step on this thread again and again, with a pause before each run. */
    Future<?> every(Duration pause, Runnable step) {
        return timer.scheduleWithFixedDelay(
                () -> executeUnlessClosed(step), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The timer, for steps that run on no thread of a plugin. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** Begins to stop: nothing new is published from now on. */
    void stop() {
        stopping = true;
    }

    /** Returns whether the host is stopping. */
    boolean isStopping() {
        return stopping;
    }

    @Override
    public void close() {
        thread.shutdown();
        timer.shutdownNow();
    }
}
