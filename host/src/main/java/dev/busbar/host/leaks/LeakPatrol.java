package dev.busbar.host.leaks;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches retired generations until the garbage collector has removed them. Where no collection has happened for a
 * while it requests one, at most once a minute for all generations, because classes are unloaded by collections only; a
 * concurrent collector needs several, because it keeps young objects. Checks run on the timer's thread, collections on
 * another one, because they may take long.
 *
 * <p>The suspected holders of a generation are reported once, after some patience: a holder that ends by itself is no
 * leak, and each search for holders keeps the loader reachable for a while.
 */
public final class LeakPatrol {
    private static final Logger LOG = LoggerFactory.getLogger(LeakPatrol.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofMinutes(30);
    private static final long BETWEEN_COLLECTIONS_NANOS = Duration.ofMinutes(1).toNanos();

    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final Consumer<String> alarm;
    private final Consumer<LeakReport> reports;
    private final AtomicLong lastCollection = new AtomicLong(System.nanoTime() - BETWEEN_COLLECTIONS_NANOS);

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
     * A patrol with the default patience.
     *
     * @param reports receives one report for each generation that is held
     */
    public LeakPatrol(ScheduledExecutorService timer, Consumer<LeakReport> reports) {
        this(timer, PATIENCE, LOG::warn, reports);
    }

    /**
     * A patrol with a patience of the caller's.
     *
     * @param alarm receives a sentence for each generation that is held
     */
    LeakPatrol(
            ScheduledExecutorService timer, Duration patience, Consumer<String> alarm, Consumer<LeakReport> reports) {
        this.timer = timer;
        this.patience = patience;
        this.alarm = alarm;
        this.reports = reports;
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
        if (each.watch.age().compareTo(patience) > 0) {
            collect();
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

    private void collect() {
        long last = lastCollection.get();
        long now = System.nanoTime();
        if (now - last >= BETWEEN_COLLECTIONS_NANOS && lastCollection.compareAndSet(last, now)) {
            Threads.start("busbar-collect", System::gc);
        }
    }
}
