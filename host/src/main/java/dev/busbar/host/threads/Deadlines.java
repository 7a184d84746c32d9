package dev.busbar.host.threads;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one clock of deadlines: expires the entries that are past theirs. An entry costs one insertion and one removal,
 * and no timer of its own; the period of {@link #tick} bounds the delay of an expiry. May be called from any thread;
 * {@link #tick} by one.
 */
public final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    private final Set<Due> entries = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanos;

    /** An entry. Compared by identity, so an implementation is no record and does not override {@code equals}. */
    public interface Due {
        /** The deadline, as {@link Deadlines#now} counts; asked at each tick, so it may change. Must not block. */
        long dueNanos();

        /**
         * Acts on a deadline that has passed. Called on the clock's thread, once for each time it was added; must not
         * block.
         */
        void expire();
    }

    /**
     * A clock without entries.
     *
     * @param nanos the time, such as {@link System#nanoTime}
     */
    public Deadlines(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The time now, in nanoseconds from some origin. */
    public long now() {
        return nanos.getAsLong();
    }

    /** Adds an entry, which then stays until its deadline or {@link #remove}. */
    public void add(Due entry) {
        entries.add(entry);
    }

    /** Removes an entry; returns whether it was there: either this or the tick takes it, never both. */
    public boolean remove(Due entry) {
        return entries.remove(entry);
    }

    /** The number of entries. */
    public int size() {
        return entries.size();
    }

    /** Expires entries past their deadline; called every few tens of milliseconds. Never blocks, never throws. */
    public void tick() {
        NonBlocking.run(this::expirePast);
    }

    private void expirePast() {
        long now = now();
        for (Due entry : entries) {
            expireIfPast(entry, now);
        }
    }

    private void expireIfPast(Due entry, long now) {
        try {
            if (now - entry.dueNanos() >= 0 && remove(entry)) {
                entry.expire();
            }
        } catch (RuntimeException | Error failure) {
            // One entry that fails must not keep the others from expiring, nor end the schedule of ticks.
            LOG.error("an entry past its deadline could not be expired", failure);
        }
    }
}
