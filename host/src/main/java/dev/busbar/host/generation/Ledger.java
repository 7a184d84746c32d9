package dev.busbar.host.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that are lent to one generation: closed in reverse order when it retires; every later use throws. May be
 * called from any thread.
 */
final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final String owner;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Object lock = new Object();
    private final AtomicBoolean revoked = new AtomicBoolean();

    private record Entry(String name, AutoCloseable resource) {}

    Ledger(String owner) {
        this.owner = owner;
    }

    /** Adds a resource, or closes it at once when the generation has retired meanwhile. */
    <T extends AutoCloseable> T lend(String name, T resource) {
        synchronized (lock) {
            if (!revoked.get()) {
                entries.push(new Entry(name, resource));
                return resource;
            }
        }
        close(new Entry(name, resource));
        throw new IllegalStateException("generation " + owner + " has retired; nothing is lent to it any more");
    }

    /** Removes a resource that was released. */
    void release(AutoCloseable resource) {
        synchronized (lock) {
            entries.removeIf(entry -> entry.resource() == resource);
        }
    }

    /**
     * Guards each use of a resource.
     *
     * @throws IllegalStateException after retirement
     */
    void requireValid() {
        if (revoked.get()) {
            throw new IllegalStateException("generation " + owner + " has retired; what was lent to it is closed");
        }
    }

    /** The number of resources. */
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
            entry.resource().close();
        } catch (Exception e) {
            // The next resource has to be closed whatever happened to this one.
            LOG.warn("{}: {} could not be closed", owner, entry.name(), e);
        }
    }
}
