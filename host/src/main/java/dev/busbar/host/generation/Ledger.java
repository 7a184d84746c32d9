package dev.busbar.host.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was lent to one generation, closed in reverse order when it retires; after that every use of what was lent
 * throws. May be called from any thread.
 */
final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final String owner;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Object lock = new Object();
    private final AtomicBoolean revoked = new AtomicBoolean();

    private record Entry(String what, AutoCloseable loan) {}

    Ledger(String owner) {
        this.owner = owner;
    }

    /** Writes a loan down, or gives it back at once when the generation has retired meanwhile. */
    <T extends AutoCloseable> T lend(String what, T loan) {
        synchronized (lock) {
            if (!revoked.get()) {
                entries.push(new Entry(what, loan));
                return loan;
            }
        }
        close(new Entry(what, loan));
        throw new IllegalStateException("generation " + owner + " has retired; nothing is lent to it any more");
    }

    /** Crosses out a loan that was given back. */
    void strike(AutoCloseable loan) {
        synchronized (lock) {
            entries.removeIf(entry -> entry.loan() == loan);
        }
    }

    /**
     * Guards each use of what was lent.
     *
     * @throws IllegalStateException after retirement
     */
    void requireValid() {
        if (revoked.get()) {
            throw new IllegalStateException("generation " + owner + " has retired; what was lent to it is closed");
        }
    }

    /** How many loans are out. */
    int size() {
        synchronized (lock) {
            return entries.size();
        }
    }

    @Override
    public void close() {
        revoked.set(true);
        while (true) {
            Entry entry;
            synchronized (lock) {
                entry = entries.poll();
            }
            if (entry == null) {
                return;
            }
            close(entry);
        }
    }

    private void close(Entry entry) {
        try {
            entry.loan().close();
        } catch (Exception e) {
            // The next loan has to be closed whatever happened to this one.
            LOG.warn("{}: {} could not be closed", owner, entry.what(), e);
        }
    }
}
