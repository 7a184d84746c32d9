package dev.busbar.host;

import dev.busbar.host.threads.NonBlocking;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The periodic work of the host. Work that must not block shares one thread, where the store refuses to be called; work
 * that may block shares two, so that a slow one delays at most itself and one other; work that no other work may delay
 * has a thread of its own. Each runs with a fixed delay, never twice at once; one that throws is logged and runs again,
 * one that hangs is logged with its stack. Scheduled from any thread.
 */
final class Ticks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);
    private static final int BLOCKING_THREADS = 2;
    private static final Duration MIN_OVERDUE = Duration.ofSeconds(1);
    private static final Duration HANGING = Duration.ofSeconds(30);
    private static final int STACK_FRAMES = 12;

    private final ScheduledThreadPoolExecutor prompt = Threads.timer("busbar-ticks");
    private final ScheduledThreadPoolExecutor blocking = Threads.timer("busbar-blocking-ticks");
    private final List<ScheduledThreadPoolExecutor> single = new CopyOnWriteArrayList<>();
    private final Set<Run> running = ConcurrentHashMap.newKeySet();

    /** The kind of periodic work. */
    enum Work {
        /** It must not block, and is done within milliseconds. */
        PROMPT,
        /** It may block, for instance on the store or on files. */
        MAY_BLOCK,
        /** It may block, and must not be delayed by other work that does. */
        ON_ITS_OWN_THREAD
    }

    /** One run of periodic work, under way. Compared by identity. */
    private static final class Run {
        private final String name;
        private final Thread thread = Thread.currentThread();
        private final long startNanos = System.nanoTime();
        private boolean reported;

        Run(String name) {
            this.name = name;
        }

        Duration took() {
            return Duration.ofNanos(System.nanoTime() - startNanos);
        }
    }

    Ticks() {
        this(HANGING, report -> LOG.warn("{}", report));
    }

    /** @param hanging how long work may run before it is reported */
    Ticks(Duration hanging, Consumer<String> reports) {
        blocking.setCorePoolSize(BLOCKING_THREADS);
        long period = Math.min(hanging.toNanos(), TimeUnit.SECONDS.toNanos(1));
        ScheduledFuture<?> unused = prompt.scheduleWithFixedDelay(
                () -> running.forEach(run -> reportHanging(run, hanging, reports)),
                period,
                period,
                TimeUnit.NANOSECONDS);
    }

    /** Called by the thread of prompt work alone. */
    private static void reportHanging(Run run, Duration hanging, Consumer<String> reports) {
        if (run.reported || run.took().compareTo(hanging) < 0) {
            return;
        }
        run.reported = true;
        String stack = Arrays.stream(run.thread.getStackTrace())
                .limit(STACK_FRAMES)
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining());
        reports.accept("periodic work \"" + run.name + "\" has not ended after " + hanging
                + "; it does not run again before it has" + stack);
    }

    /**
     * Runs a task periodically, the first time after one period.
     *
     * @param name of the task, for the log
     */
    void every(Duration period, Work work, String name, Runnable task) {
        Runnable step = work == Work.PROMPT ? () -> NonBlocking.run(task) : task;
        ScheduledFuture<?> unused = executor(work, name)
                .scheduleWithFixedDelay(
                        () -> run(name, period, step), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private ScheduledThreadPoolExecutor executor(Work work, String name) {
        return switch (work) {
            case PROMPT -> prompt;
            case MAY_BLOCK -> blocking;
            case ON_ITS_OWN_THREAD -> {
                ScheduledThreadPoolExecutor own = Threads.timer("busbar-" + name.replace(' ', '-'));
                single.add(own);
                yield own;
            }
        };
    }

    private void run(String name, Duration period, Runnable task) {
        Run run = new Run(name);
        running.add(run);
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("periodic work \"{}\" failed; it runs again in {}", name, period, failure);
        } finally {
            running.remove(run);
        }
        Duration took = run.took();
        if (took.compareTo(period) > 0 && took.compareTo(MIN_OVERDUE) > 0) {
            LOG.warn("periodic work \"{}\" took {} (expected: less than its period, {})", name, took, period);
        }
    }

    /** Starts no more work, and waits for the work under way; that is not interrupted. */
    @Override
    public void close() {
        prompt.shutdownNow();
        // Not interrupted: the embedded store closes its file under a writer that is.
        blocking.shutdown();
        single.forEach(ScheduledThreadPoolExecutor::shutdown);
        Closing.end(blocking);
        single.forEach(Closing::end);
    }
}
