package dev.busbar.plugin.testing;

import dev.busbar.plugin.TaskScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Time as a platform under test sees it: it stands still until the test moves it, and what the platform has scheduled
 * runs as it passes. Moved by the test's thread; read by any.
 */
public final class TestTime {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    private final TestThreads threads;
    private final List<Scheduled> tasks = new CopyOnWriteArrayList<>();
    private final Clock clock = new StandingClock(ZoneOffset.UTC);
    private final TaskScheduler scheduler = new Scheduler();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile boolean ended;

    TestTime(TestThreads threads) {
        this.threads = threads;
    }

    /** What the platform's clock shows. */
    public Instant now() {
        return now;
    }

    /** Sets the clock, back too, without running anything: as when a machine's clock is corrected. */
    public void set(Instant instant) {
        Duration step = Duration.between(now, instant);
        tasks.forEach(task -> task.due = task.due.plus(step));
        now = instant;
    }

    /**
     * Lets time pass. What is due in it runs, each task at its own time and in that order, before this returns.
     *
     * @throws Exception what a task threw, which the host would only log; time stands where the task was due
     */
    public void advance(Duration duration) throws Exception {
        Instant end = now.plus(duration);
        for (Optional<Scheduled> next = next(end); next.isPresent(); next = next(end)) {
            Scheduled task = next.get();
            now = task.due.isAfter(now) ? task.due : now;
            task.again();
            threads.run(() -> {
                task.action.run();
                return true;
            });
        }
        now = end;
    }

    /** How many tasks wait to run, those that run again and again included. */
    public int scheduled() {
        return tasks.size();
    }

    private Optional<Scheduled> next(Instant end) {
        return tasks.stream().filter(task -> !task.due.isAfter(end)).min(Comparator.comparing(task -> task.due));
    }

    Clock clock() {
        return clock;
    }

    TaskScheduler scheduler() {
        return scheduler;
    }

    void end() {
        ended = true;
        tasks.clear();
    }

    private final class Scheduled implements TaskScheduler.Task {
        private final Runnable action;
        private final @Nullable Duration interval;
        private volatile Instant due;

        Scheduled(Runnable action, Instant due, @Nullable Duration interval) {
            this.action = action;
            this.due = due;
            this.interval = interval;
        }

        void again() {
            if (interval == null) {
                cancel();
            } else {
                due = due.plus(interval);
            }
        }

        @Override
        public void cancel() {
            tasks.remove(this);
        }
    }

    private final class Scheduler implements TaskScheduler {
        @Override
        public Task after(Duration delay, Runnable task) {
            return add(delay, null, task);
        }

        @Override
        public Task every(Duration interval, Runnable task) {
            if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
                throw new IllegalArgumentException("interval: " + interval + " (expected: at least PT0.01S)");
            }
            return add(interval, interval, task);
        }

        private Task add(Duration delay, @Nullable Duration interval, Runnable task) {
            if (ended) {
                throw new RejectedExecutionException("the platform is closed: it runs no more tasks");
            }
            Scheduled added = new Scheduled(task, now.plus(delay), interval);
            tasks.add(added);
            return added;
        }
    }

    private final class StandingClock extends Clock {
        private final ZoneId zone;

        StandingClock(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new StandingClock(other);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
