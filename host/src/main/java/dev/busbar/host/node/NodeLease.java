package dev.busbar.host.node;

import dev.busbar.host.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hold of this process on the name of its node. A data directory that was copied carries the name with it; two
 * hosts with one name would take each other's files for their own. So a host does not start while another one with its
 * name is alive, and one whose name was taken by another notices that. A process is alive while its beat in the store
 * changes; that is watched on a monotonic clock, so that no jump of a clock, neither of a host nor of the store, gives
 * a name away. A process that cannot reach the store for longer than the watch may lose its name to one that can.
 *
 * <p>{@link #take} and {@link #close} are called once, by {@code Host}, {@link #beat} every second by one thread;
 * {@link #isLost} by any that may block, {@link #isStoreAvailable} by any.
 */
public final class NodeLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

    /** How often {@link #beat} is to be called. */
    public static final Duration BEAT = Duration.ofSeconds(1);

    /** The time without a beat after which a process counts as dead: three beats and a half. */
    public static final Duration WATCH = Duration.ofMillis(3_500);

    /** The time without a beat after which the store counts as unavailable: two beats were missed. */
    private static final Duration UNANSWERED = Duration.ofMillis(2_500);

    /** A store that is slower than this proves nothing about the other process, which may wait for it too. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 100;
    private static final int ATTEMPTS = 20;

    private final Node node;
    private final NodeStore store;
    private final String incarnation = UUID.randomUUID().toString();
    private final boolean shared;
    private final LongSupplier nanoTime;
    private final Object beating = new Object();
    private @Nullable Holder holder;
    private volatile boolean lost;
    private volatile long confirmedNanos;

    /** The entry of another process that has the name, and when it was first and last seen like that. */
    private record Holder(NodeStore.Entry entry, long firstNanos, long lastNanos) {}

    private NodeLease(Node node, Database database, LongSupplier nanoTime) {
        this.node = node;
        this.store = new NodeStore(database);
        this.shared = database.isShared();
        this.nanoTime = nanoTime;
    }

    /**
     * Takes the name of a node for this process. In a shared store that takes some seconds where the process before was
     * killed: it is unknown at first whether it is dead.
     *
     * @param patience how long a store that does not answer is tried again
     * @throws IllegalStateException when another running host has the name
     */
    public static NodeLease take(Node node, Database database, Duration patience) {
        return take(node, database, patience, System::nanoTime);
    }

    /** @param nanoTime a monotonic clock */
    static NodeLease take(Node node, Database database, Duration patience, LongSupplier nanoTime) {
        NodeLease lease = new NodeLease(node, database, nanoTime);
        long began = System.nanoTime();
        int attempts = 0;
        while (attempts < ATTEMPTS) {
            try {
                if (lease.tryTake()) {
                    return lease;
                }
                attempts++;
            } catch (RuntimeException e) {
                if (!Database.isUnavailable(e) || System.nanoTime() - began > patience.toNanos()) {
                    throw e;
                }
                LOG.warn("node {}: the store does not answer ({}); it is tried again", node.name(), e.getMessage());
                pause();
            }
        }
        throw inUse(node);
    }

    private boolean tryTake() {
        confirmedNanos = nanoTime.getAsLong();
        Optional<NodeStore.Entry> found = store.find(node.name());
        if (found.isEmpty()) {
            return store.insert(node.name(), incarnation);
        }
        // Its own where an earlier attempt was stored, and the store did not answer in time.
        boolean free = isFree(found.get()) || incarnation.equals(found.get().incarnation());
        return (free || isDead(node, store, found.get())) && store.take(node.name(), found.get(), incarnation);
    }

    /** Returns whether no process can have the name: an embedded store belongs to one process. */
    private boolean isFree(NodeStore.Entry found) {
        return found.incarnation() == null || !shared;
    }

    private static boolean isDead(Node node, NodeStore store, NodeStore.Entry found) {
        LOG.info(
                "node {}: the last process with this name was not stopped cleanly; checking whether it is alive",
                node.name());
        int slow = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < WATCH.toNanos()) {
            pause();
            long asked = System.nanoTime();
            Optional<NodeStore.Entry> now = store.find(node.name());
            if (now.filter(entry -> entry.beat() == found.beat()).isEmpty()) {
                throw inUse(node);
            }
            if (System.nanoTime() - asked > PROMPT.toNanos() && ++slow < ATTEMPTS) {
                began = System.nanoTime();
            }
        }
        return true;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the host was starting", e);
        }
    }

    private static IllegalStateException inUse(Node node) {
        return new IllegalStateException("node name: \"" + node.name()
                + "\" belongs to a host that is running on the same store (expected: a name for each node; if this data"
                + " directory is a copy, delete the file \"node\" in the copy, and start again)");
    }

    /** The node. */
    public Node node() {
        return node;
    }

    /** Raises the beat of this process, and finds out whether the name is still its own. Never throws. */
    public void beat() {
        synchronized (beating) {
            long began = nanoTime.getAsLong();
            try {
                boolean mine = store.beat(node.name(), incarnation) || takeBack();
                if (!mine && !lost) {
                    LOG.error(
                            "node {}: another host runs under this name now (expected: a name for each node; was the"
                                    + " data directory copied?). The plugin folders of this host are no longer scanned;"
                                    + " stop one of the two",
                            node.name());
                }
                lost = !mine;
                confirmedNanos = began;
            } catch (RuntimeException e) {
                holder = null;
                LOG.debug("node {}: the store does not answer", node.name(), e);
            }
        }
    }

    /**
     * Takes the name again where the other process has stopped, or has not beaten for the time of the watch: the entry
     * may be that of a process of long ago, in a store that was restored, or gone with an older state of the store.
     */
    private boolean takeBack() {
        Optional<NodeStore.Entry> found = store.find(node.name());
        if (found.isEmpty()) {
            return store.insert(node.name(), incarnation);
        }
        boolean free = found.get().incarnation() == null || isSilent(found.get());
        boolean taken = free && store.take(node.name(), found.get(), incarnation);
        if (taken) {
            holder = null;
        }
        return taken;
    }

    /** Returns whether the holder of the name was seen without a new beat for the time of the watch, without a gap. */
    private boolean isSilent(NodeStore.Entry found) {
        long now = nanoTime.getAsLong();
        Holder before = holder;
        if (before == null
                || !before.entry().equals(found)
                || now - before.lastNanos() > BEAT.plus(PROMPT).toNanos()) {
            holder = new Holder(found, now, now);
            return false;
        }
        holder = new Holder(found, before.firstNanos(), now);
        return now - before.firstNanos() > WATCH.toNanos();
    }

    /**
     * Returns whether another process has taken the name; what belongs to the node is its business then. Asks the store
     * when the last beat was too long ago, for instance in a process that was suspended: the name may be gone since.
     */
    public boolean isLost() {
        if (shared && nanoTime.getAsLong() - confirmedNanos > WATCH.toNanos()) {
            beat();
        }
        return lost;
    }

    /** Returns whether the store takes writes: it has stored one of the last beats. Does not block. */
    public boolean isStoreAvailable() {
        return nanoTime.getAsLong() - confirmedNanos < UNANSWERED.toNanos();
    }

    @Override
    public void close() {
        try {
            store.release(node.name(), incarnation);
        } catch (RuntimeException e) {
            LOG.warn("node {}: its end could not be stored; its next start takes some seconds longer", node.name(), e);
        }
    }
}
