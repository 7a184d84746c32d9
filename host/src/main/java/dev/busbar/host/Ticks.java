package dev.busbar.host;

import dev.busbar.host.threads.NonBlocking;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The periodic work of the host. Work that must not block shares one thread, where the store refuses to be called; work
 * that may block shares two, so that a slow one delays at most itself and one other. Each runs with a fixed delay, never
 * twice at once; one that throws is logged and runs again. Scheduled from any thread.
 */
final class Ticks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);
    private static final int BLOCKING_THREADS = 2;
    private static final Duration MIN_OVERDUE = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor prompt = Threads.timer("busbar-ticks");
    private final ScheduledThreadPoolExecutor blocking = Threads.timer("busbar-blocking-ticks");

    /** Whether periodic work may block. */
    enum Work {
        /** It must not block, and is done within milliseconds. */
        PROMPT,
        /** It may block, for instance on the store or on files. */
        MAY_BLOCK
    }

    Ticks() {
        blocking.setCorePoolSize(BLOCKING_THREADS);
    }

    /**
     * Runs a task periodically, the first time after one period.
     *
     * @param name of the task, for the log
     */
    void every(Duration period, Work work, String name, Runnable task) {
        ScheduledThreadPoolExecutor executor = work == Work.PROMPT ? prompt : blocking;
        Runnable step = work == Work.PROMPT ? () -> NonBlocking.run(task) : task;
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                () -> run(name, period, step), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void run(String name, Duration period, Runnable task) {
        long startNanos = System.nanoTime();
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("periodic work \"{}\" failed; it runs again in {}", name, period, failure);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        if (took.compareTo(period) > 0 && took.compareTo(MIN_OVERDUE) > 0) {
            LOG.warn("periodic work \"{}\" took {} (expected: less than its period, {})", name, took, period);
        }
    }

    /** Starts no work any more, and waits for the running one; that is not interrupted. */
    @Override
    public void close() {
        prompt.shutdownNow();
        // Not interrupted: the embedded store closes its file under a writer that is.
        Closing.end(blocking);
    }
}
