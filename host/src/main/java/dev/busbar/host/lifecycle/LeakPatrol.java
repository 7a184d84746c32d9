package dev.busbar.host.lifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after retired generations until they are gone from memory. Where nothing else has collected one for a while it
 * asks the JVM to, at most once a minute for all of them, since classes are unloaded only then; a concurrent collector
 * needs several rounds, because it takes what is young for used. Looks on the timer's thread; collects on one of its
 * own, because that may take long.
 */
final class LeakPatrol {
    private static final Logger LOG = LoggerFactory.getLogger(LeakPatrol.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofMinutes(30);
    private static final long BETWEEN_COLLECTIONS_NANOS = Duration.ofMinutes(1).toNanos();

    private final ScheduledExecutorService timer;
    private final AtomicLong lastCollection = new AtomicLong(System.nanoTime() - BETWEEN_COLLECTIONS_NANOS);

    LeakPatrol(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Looks after one generation from now on. */
    void follow(String generation, LeakWatch watch) {
        if (!timer.isShutdown()) {
            ScheduledFuture<?> unused = timer.schedule(() -> look(generation, watch), 1, TimeUnit.SECONDS);
        }
    }

    private void look(String generation, LeakWatch watch) {
        if (watch.isCollected()) {
            LOG.debug("{}: collected", generation);
            return;
        }
        if (watch.age().compareTo(GIVE_UP) > 0) {
            LOG.warn("{}: still in memory after {} ({})", generation, GIVE_UP, watch.suspects());
            return;
        }
        if (watch.age().compareTo(PATIENCE) > 0) {
            collect();
        }
        follow(generation, watch);
    }

    private void collect() {
        long last = lastCollection.get();
        long now = System.nanoTime();
        if (now - last >= BETWEEN_COLLECTIONS_NANOS && lastCollection.compareAndSet(last, now)) {
            GenerationPool.threads("busbar-collect", LeakPatrol.class.getClassLoader())
                    .newThread(System::gc)
                    .start();
        }
    }
}
