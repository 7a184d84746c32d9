package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Generation;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.plugin.TaskScheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor and scheduler lent to one generation. Each run of a task takes a lease like a request does, so none is
 * entered once draining has begun; scheduled ones wait until the generation is primary. May be called from any thread.
 */
final class LentTasks implements Executor, TaskScheduler {
    private static final Logger LOG = LoggerFactory.getLogger(LentTasks.class);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
    private static final long WAIT_FOR_PRIMARY_MILLIS = 50;

    private final Generation generation;
    private final Ledger ledger;
    private final BoundedPool pool;
    private final ScheduledExecutorService timer;
    private final BooleanSupplier primary;

    LentTasks(
            Generation generation,
            Ledger ledger,
            BoundedPool pool,
            ScheduledExecutorService timer,
            BooleanSupplier primary) {
        this.generation = generation;
        this.ledger = ledger;
        this.pool = pool;
        this.timer = timer;
        this.primary = primary;
    }

    @Override
    public void execute(Runnable task) {
        ledger.requireValid();
        if (!pool.offer(() -> run(task))) {
            throw new RejectedExecutionException("generation " + generation + ": its background threads are all busy");
        }
    }

    @Override
    public Task after(Duration delay, Runnable task) {
        ledger.requireValid();
        return arm(new Scheduled(task, null), delay);
    }

    @Override
    public Task every(Duration interval, Runnable task) {
        ledger.requireValid();
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: at least PT0.01S)");
        }
        return arm(new Scheduled(task, interval), interval);
    }

    private Task arm(Scheduled scheduled, Duration delay) {
        ledger.lend("a scheduled task", scheduled);
        scheduled.arm(delay.toMillis());
        return scheduled::close;
    }

    private void run(Runnable task) {
        if (!generation.tryAcquire()) {
            return; // draining has begun
        }
        try {
            if (generation.enter()) {
                try {
                    task.run();
                } finally {
                    generation.leave();
                }
            }
        } catch (RuntimeException | Error failure) {
            // The border to a plugin's code: a failed task is logged and does not end the thread or the schedule.
            LOG.error("{}: a background task failed", generation, failure);
        } finally {
            generation.release();
        }
    }

    /** One scheduled task; holds the plugin's code, so it is in the ledger until it is over. */
    private final class Scheduled implements AutoCloseable {
        private final @Nullable Duration interval;
        private final Object lock = new Object();
        private @Nullable Runnable task;
        private @Nullable Future<?> armed;

        Scheduled(Runnable task, @Nullable Duration interval) {
            this.task = task;
            this.interval = interval;
        }

        void arm(long delayMillis) {
            synchronized (lock) {
                if (task != null) {
                    armed = timer.schedule(this::due, delayMillis, TimeUnit.MILLISECONDS);
                }
            }
        }

        private void due() {
            if (generation.isDraining()) {
                close();
            } else if (!primary.getAsBoolean() || !pool.offer(this::runOnce)) {
                arm(WAIT_FOR_PRIMARY_MILLIS);
            }
        }

        private void runOnce() {
            Runnable now;
            synchronized (lock) {
                now = task;
            }
            if (now == null) {
                return;
            }
            LentTasks.this.run(now);
            if (interval == null) {
                close();
            } else {
                arm(interval.toMillis());
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                task = null;
                if (armed != null) {
                    armed.cancel(false);
                }
            }
            ledger.strike(this);
        }
    }
}
