package dev.busbar.host.leaks;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches retired generations until the garbage collector has removed them. Where that takes long it requests
 * collections, because classes are unloaded by collections only, and an idle host has none: one every few seconds until
 * each generation is known to be collected or held, since a concurrent collector needs many, because it keeps young
 * objects; then one a minute. A collection that takes long makes the next one wait. Checks run on the timer's thread,
 * collections on another one.
 *
 * <p>The suspected holders of a generation are reported once, after some patience: a holder that ends by itself is no
 * leak, and each search for holders keeps the loader reachable for a while.
 */
public final class LeakPatrol {
    private static final Logger LOG = LoggerFactory.getLogger(LeakPatrol.class);
    private static final Pace PACE = new Pace(Duration.ofSeconds(10), Duration.ofSeconds(3));
    private static final Duration GIVE_UP = Duration.ofMinutes(30);
    private static final long LONG_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    /** A shorter call has collected nothing: requests are switched off ({@code -XX:+DisableExplicitGC}). */
    private static final long MIN_COLLECTION_NANOS = Duration.ofNanos(100_000).toNanos();

    private static final long MAX_COLLECTING_NANOS = Duration.ofSeconds(10).toNanos();
    /** The share of the time in which collections run on request: one in so many. */
    private static final long SHARE = 20;

    private final ScheduledExecutorService timer;
    private final Pace pace;
    private final Consumer<String> alarm;
    private final Consumer<LeakReport> reports;
    private final Runnable collection;
    private final AtomicBoolean collecting = new AtomicBoolean();
    private volatile long collectedNanos = System.nanoTime() - LONG_PAUSE_NANOS;
    private volatile long tookNanos;

    /**
     * The pace of a patrol.
     *
     * @param patience the age of a watch before anything is done about it
     * @param pause the pause between two collections until each generation is known to be collected or held
     */
    record Pace(Duration patience, Duration pause) {}

    /** One generation that is watched. Used by the timer's thread. */
    private static final class Case {
        private final Generation generation;
        private final LeakWatch watch;
        private boolean reported;

        Case(Generation generation, LeakWatch watch) {
            this.generation = generation;
            this.watch = watch;
        }
    }

    /**
     * A patrol with the default pace.
     *
     * @param reports receives one report for each generation that is held
     */
    public LeakPatrol(ScheduledExecutorService timer, Consumer<LeakReport> reports) {
        this(timer, PACE, LOG::warn, reports, System::gc);
    }

    /**
     * A patrol with a pace of the caller's.
     *
     * @param alarm receives a sentence for each generation that is held
     * @param collection runs a garbage collection, and returns after it
     */
    LeakPatrol(
            ScheduledExecutorService timer,
            Pace pace,
            Consumer<String> alarm,
            Consumer<LeakReport> reports,
            Runnable collection) {
        this.timer = timer;
        this.pace = pace;
        this.alarm = alarm;
        this.reports = reports;
        this.collection = collection;
    }

    /** Watches one generation from now on. */
    public void follow(Generation generation, LeakWatch watch) {
        later(new Case(generation, watch));
    }

    private void later(Case each) {
        if (!timer.isShutdown()) {
            ScheduledFuture<?> unused = timer.schedule(() -> look(each), 1, TimeUnit.SECONDS);
        }
    }

    private void look(Case each) {
        if (each.watch.isCollected()) {
            tellEnd(each);
            return;
        }
        if (each.watch.age().compareTo(GIVE_UP) > 0) {
            alarm.accept(each.generation + ": still in memory after " + GIVE_UP + "; no longer observed");
            return;
        }
        if (each.watch.age().compareTo(pace.patience()) > 0) {
            request(each.reported ? LONG_PAUSE_NANOS : pace.pause().toNanos());
            tell(each);
        }
        later(each);
    }

    private void tell(Case each) {
        List<String> suspects = each.reported ? List.of() : each.watch.suspects();
        if (!suspects.isEmpty()) {
            each.reported = true;
            alarm.accept(each.generation + ": retired, but still in memory; it may be held by "
                    + String.join("; ", suspects));
            reports.accept(new LeakReport(each.generation, suspects));
        }
    }

    private static void tellEnd(Case each) {
        if (each.reported) {
            LOG.info("{}: collected after all", each.generation);
        } else {
            LOG.debug("{}: collected", each.generation);
        }
    }

    private void request(long pauseNanos) {
        long since = System.nanoTime() - collectedNanos;
        if (since >= Math.max(pauseNanos, SHARE * tookNanos) && collecting.compareAndSet(false, true)) {
            Threads.start("busbar-collect", () -> {
                try {
                    collect();
                } finally {
                    collecting.set(false);
                }
            });
        }
    }

    private void collect() {
        long began = System.nanoTime();
        collection.run();
        collectedNanos = System.nanoTime();
        tookNanos = collectedNanos - began;
    }

    /**
     * Collects at once what somebody waits for: runs collections without a pause, for a few seconds at most.
     *
     * @return completes on a thread of its own, when each loader is known to be collected or held
     */
    public CompletableFuture<Void> collect(List<LeakWatch> watches) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        Threads.start("busbar-collect", () -> {
            long began = System.nanoTime();
            try {
                while (watches.stream().anyMatch(LeakPatrol::isOpen)
                        && System.nanoTime() - began < MAX_COLLECTING_NANOS) {
                    collect();
                    if (tookNanos < MIN_COLLECTION_NANOS) {
                        return;
                    }
                }
            } finally {
                known.complete(null);
            }
        });
        return known;
    }

    private static boolean isOpen(LeakWatch watch) {
        return !watch.isCollected() && !watch.isHeld();
    }
}
