package dev.busbar.host.generation;

import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.store.Fence;
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

/**
 * The executor and scheduler lent to one generation. A task takes its lease when it is accepted, as a request does: what
 * was accepted before draining began runs, up to the drain limit, and nothing is accepted after. Scheduled tasks are
 * accepted when they are due, and wait until the generation is primary. May be called from any thread.
 */
final class LentTasks implements Executor, TaskScheduler {
    private static final Duration MIN_INTERVAL = Duration.ofMillis(10);
    private static final long WAIT_FOR_PRIMARY_MILLIS = 50;

    private final Door door;
    private final Doors doors;
    private final Ledger ledger;
    private final BoundedPool pool;
    private final ScheduledExecutorService timer;
    private final BooleanSupplier primary;

    LentTasks(
            Door door,
            Doors doors,
            Ledger ledger,
            BoundedPool pool,
            ScheduledExecutorService timer,
            BooleanSupplier primary) {
        this.door = door;
        this.doors = doors;
        this.ledger = ledger;
        this.pool = pool;
        this.timer = timer;
        this.primary = primary;
    }

    @Override
    public void execute(Runnable task) {
        Generation generation = door.generation();
        if (!generation.tryAcquire()) {
            throw draining();
        }
        TaskEntry.Starter by = new TaskEntry.Starter(starter(), Fence.current());
        TaskEntry entry = new TaskEntry(generation, Entry.Kind.TASK, "task " + name(task), by, task, () -> {});
        if (!offer(entry)) {
            throw new RejectedExecutionException("generation " + generation + ": its background threads are all busy");
        }
    }

    /** Offers an entry that has a lease, which is released where the pool does not take it. */
    private boolean offer(TaskEntry entry) {
        boolean taken = false;
        try {
            taken = door.offer(pool, entry);
        } finally {
            if (!taken) {
                door.generation().release();
            }
        }
        return taken;
    }

    private RejectedExecutionException draining() {
        return new RejectedExecutionException(
                "generation " + door.generation() + " is draining: it runs no more tasks");
    }

    private void requireServing() {
        if (door.generation().isDraining()) {
            throw draining();
        }
    }

    /** The identity of a task that is started now: that of the request that this thread handles, if it handles one. */
    private Acting starter() {
        return Acting.current().map(Acting::detached).orElseGet(doors::alone);
    }

    /** The class name of a task, for maintainers; of a lambda, that of the class that contains it. */
    private static String name(Runnable task) {
        String name = task.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    @Override
    public Task after(Duration delay, Runnable task) {
        requireServing();
        return arm(new Scheduled(task, null, new TaskEntry.Starter(starter(), Fence.current())), delay);
    }

    @Override
    public Task every(Duration interval, Runnable task) {
        requireServing();
        if (interval.compareTo(MIN_INTERVAL) < 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: at least PT0.01S)");
        }
        return arm(new Scheduled(task, interval, null), interval);
    }

    private Task arm(Scheduled scheduled, Duration delay) {
        ledger.lend("a scheduled task", scheduled);
        scheduled.arm(delay.toMillis());
        return scheduled::cancel;
    }

    /** One scheduled task; holds the plugin's code, so it is in the ledger until it is over. */
    private final class Scheduled implements AutoCloseable {
        private final @Nullable Duration interval;
        private final TaskEntry.@Nullable Starter starter;
        private final String label;
        private final Object lock = new Object();
        private @Nullable Runnable task;
        private @Nullable Future<?> armed;

        /** @param starter the identity of each run; null for one with a correlation id of its own */
        Scheduled(Runnable task, @Nullable Duration interval, TaskEntry.@Nullable Starter starter) {
            this.task = task;
            this.interval = interval;
            this.starter = starter;
            this.label = (interval == null ? "scheduled task " : "task every " + interval + " ") + name(task);
        }

        void arm(long delayMillis) {
            synchronized (lock) {
                if (task != null) {
                    armed = timer.schedule(this::due, delayMillis, TimeUnit.MILLISECONDS);
                }
            }
        }

        private void due() {
            if (!door.generation().tryAcquire()) {
                close();
            } else if (!offerOrRelease()) {
                arm(WAIT_FOR_PRIMARY_MILLIS);
            }
        }

        private boolean offerOrRelease() {
            if (primary.getAsBoolean()) {
                return offer(entry());
            }
            door.generation().release();
            return false;
        }

        private TaskEntry entry() {
            return new TaskEntry(
                    door.generation(),
                    interval == null ? Entry.Kind.TASK : Entry.Kind.TICK,
                    label,
                    starter == null ? new TaskEntry.Starter(doors.alone(), Fence.NONE) : starter,
                    this::runUnlessCancelled,
                    this::ran);
        }

        private void runUnlessCancelled() {
            Runnable now;
            synchronized (lock) {
                now = task;
            }
            if (now != null) {
                now.run();
            }
        }

        private void ran() {
            if (interval == null) {
                close(); // it may have been dropped
            } else {
                arm(interval.toMillis());
            }
        }

        /** Ends it because the plugin wants no more of it. */
        void cancel() {
            Runnable unused = end();
        }

        /** Ends it because it has run, or because its generation ends. */
        @Override
        public void close() {
            Runnable dropped = end();
            if (dropped != null) {
                DroppedTask.cancel(dropped);
            }
        }

        private @Nullable Runnable end() {
            Runnable ended;
            synchronized (lock) {
                ended = task;
                task = null;
                if (armed != null) {
                    armed.cancel(false);
                }
            }
            ledger.release(this);
            return ended;
        }
    }
}
