package dev.busbar.host.entry;

import dev.busbar.host.entry.EntryCounts.Outcome;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.BoundedPool;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The one way into a generation's code, and the border to it: no throwable of that code gets past it. May be called
 * from any thread.
 */
public final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final String CORRELATION_ID = "correlationId";

    private final Generation generation;
    private final EntryCounts counts;
    private volatile ClassLoader loader = Door.class.getClassLoader();

    /** The door of a generation, whose code has the host's class loader until {@link #loader} says otherwise. */
    Door(Generation generation, EntryCounts counts) {
        this.generation = generation;
        this.counts = counts;
    }

    /** A door whose entries are not counted: of the host's own routes, and in tests. */
    public static Door uncounted(Generation generation) {
        return new Door(generation, new EntryCounts(Meters.NONE, generation.platform()));
    }

    /** The gate in front of this door. */
    public Generation generation() {
        return generation;
    }

    /** Sets the context class loader of all entries from now on. */
    public void loader(ClassLoader value) {
        loader = value;
    }

    /** Creates the attempt to run an entry, for a pool that is not one of this generation. */
    public Visit visit(Entry entry) {
        return new Visit(this, entry);
    }

    /** Offers an entry to a pool; returns false when the pool is full or closed. */
    public boolean offer(BoundedPool pool, Entry entry) {
        return pool.offer(new Visit(this, entry));
    }

    /** Enters on this thread, and returns when the entry has left. */
    public void enter(Entry entry) {
        new Visit(this, entry).run();
    }

    void pass(Visit visit, Entry entry) {
        Thread thread = Thread.currentThread();
        ClassLoader outside = thread.getContextClassLoader();
        @Nullable Acting before = Acting.enter(entry.acting());
        MDC.put(CORRELATION_ID, entry.acting().correlationId());
        thread.setContextClassLoader(loader);
        try {
            if (admit(entry.pass())) {
                inside(visit, entry);
            } else {
                counts.ended(entry.kind(), Outcome.REFUSED);
                entry.refused();
            }
        } finally {
            thread.setContextClassLoader(outside);
            leaveContext(before);
        }
    }

    private static void leaveContext(@Nullable Acting before) {
        @Nullable Acting unused = Acting.enter(before);
        if (before == null) {
            MDC.clear(); // with the thread context that the plugin has left
        } else {
            MDC.put(CORRELATION_ID, before.correlationId());
        }
    }

    private boolean admit(Entry.Pass pass) {
        return switch (pass) {
            case WITH_LEASE, WITHOUT_LEASE -> generation.enter();
            case TAKES_LEASE -> generation.tryAcquire() && enterOrRelease();
            case AFTER_CLOSE -> {
                generation.enterClosed();
                yield true;
            }
        };
    }

    /** The gate may have been closed by force between the lease and the step inside. */
    private boolean enterOrRelease() {
        boolean entered = generation.enter();
        if (!entered) {
            generation.release();
        }
        return entered;
    }

    /** Runs an entry that has passed the gate, inside of it. */
    void inside(Visit visit, Entry entry) {
        generation.add(visit);
        if (generation.isClosed() && entry.pass() != Entry.Pass.AFTER_CLOSE) {
            visit.cut(); // closed by force since it passed the gate: it was not among those that were cut then
        }
        try {
            entry.run();
            counts.ended(entry.kind(), Outcome.RETURNED);
        } catch (Throwable failure) {
            // The only border to a plugin's code: a throwable of that code, errors included, ends one entry.
            counts.ended(entry.kind(), Outcome.THREW);
            tell(entry, failure);
        } finally {
            generation.remove(visit);
            generation.leave();
            if (entry.pass() == Entry.Pass.TAKES_LEASE) {
                generation.release();
            }
        }
    }

    private void tell(Entry entry, Throwable failure) {
        try {
            entry.failed(failure);
        } catch (RuntimeException | Error e) {
            // An exception of a plugin's class may throw in getMessage() or toString(); its class name is always there.
            LOG.error(
                    "{}: {} failed ({})",
                    generation,
                    entry.label(),
                    failure.getClass().getName());
        }
    }

    /** The running entries, with their stacks. */
    public List<RunningEntry> running() {
        return generation.running();
    }

    /** Interrupts all running entries that may be interrupted. */
    public void interruptAll() {
        generation.interruptAll();
    }
}
