package dev.busbar.host.jobs;

import dev.busbar.core.ProblemType;
import dev.busbar.host.jobs.SweepStore.Count;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The numbers of queued jobs, for the caps: read from the store every few seconds where jobs are submitted, and counted up
 * with each submission of this node in between. Jobs that other nodes submit, and jobs that start, are seen with the next
 * read. Thread-safe.
 */
final class QueueCounts {
    private static final Duration AGE = Duration.ofSeconds(5);

    private final SweepStore store;
    private final JobSettings settings;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    private Map<String, Long> queued = new HashMap<>();
    private long total;
    private long readNanos;
    private boolean read;

    QueueCounts(SweepStore store, JobSettings settings, LongSupplier nanoTime) {
        this.store = store;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /**
     * Counts a job that is about to be queued.
     *
     * @throws dev.busbar.plugin.ProblemException 429 when a cap is reached
     */
    void add(String principal) {
        List<Count> fresh = isFresh() ? List.of() : store.unended();
        synchronized (lock) {
            if (!read || nanoTime.getAsLong() - readNanos >= AGE.toNanos()) {
                take(fresh);
            }
            long own = queued.getOrDefault(principal, 0L);
            if (own >= settings.maxQueuedPerPrincipal()) {
                throw full("you have " + own + " queued jobs, the maximum");
            }
            if (total >= settings.maxQueued()) {
                throw full("this host has " + total + " queued jobs, the maximum");
            }
            queued.put(principal, own + 1);
            total++;
        }
    }

    private boolean isFresh() {
        synchronized (lock) {
            return read && nanoTime.getAsLong() - readNanos < AGE.toNanos();
        }
    }

    private void take(List<Count> counts) {
        queued = new HashMap<>();
        total = 0;
        for (Count count : counts) {
            if (count.state() != JobState.RUNNING) {
                queued.merge(count.principal(), count.jobs(), Long::sum);
                total += count.jobs();
            }
        }
        read = true;
        readNanos = nanoTime.getAsLong();
    }

    private static RuntimeException full(String detail) {
        return ProblemType.QUOTA_EXCEEDED
                .problem(detail + "; submit again when some have started")
                .withHeader("Retry-After", "5");
    }
}
