package dev.busbar.host.node;

import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hold of this process on the name of its node. A data directory that was copied carries the name with it; two hosts
 * with one name would take each other's files for their own. So a host does not start while another one with its name is
 * alive, and one whose name was taken by another notices that. {@link #take} and {@link #close} are called once, by
 * {@code Host}, {@link #beat} every second by one thread; {@link #isLost} by any.
 */
public final class NodeLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

    /** How often {@link #beat} is to be called. */
    public static final Duration BEAT = Duration.ofSeconds(1);

    /** How long a process may be silent before it counts as dead: three beats and a half. */
    private static final Duration WATCH = Duration.ofMillis(3_500);

    private static final long LOOK_MILLIS = 100;
    private static final int ATTEMPTS = 20;

    private final Node node;
    private final NodeStore store;
    private final String incarnation;
    private final Clock clock;
    private volatile boolean lost;

    private NodeLease(Node node, NodeStore store, String incarnation, Clock clock) {
        this.node = node;
        this.store = store;
        this.incarnation = incarnation;
        this.clock = clock;
    }

    /**
     * Takes the name of a node for this process. In a shared store that takes some seconds where the process before was
     * killed: nobody can tell at once that it is dead.
     *
     * @throws IllegalStateException when another running host has the name
     */
    public static NodeLease take(Node node, Database database, Clock clock) {
        NodeStore store = new NodeStore(database);
        String incarnation = UUID.randomUUID().toString();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<NodeStore.Entry> found = store.find(node.name());
            boolean taken = found.isEmpty()
                    ? store.insert(node.name(), incarnation, clock.instant())
                    : (isFree(found.get(), database) || isDead(node, store, found.get()))
                            && store.take(node.name(), found.get(), incarnation);
            if (taken) {
                return new NodeLease(node, store, incarnation, clock);
            }
        }
        throw inUse(node);
    }

    /** An embedded store belongs to one process, so whoever had the name is gone. */
    private static boolean isFree(NodeStore.Entry found, Database database) {
        return found.incarnation() == null || found.silent() || !database.isShared();
    }

    private static boolean isDead(Node node, NodeStore store, NodeStore.Entry found) {
        LOG.info("node {}: the last process with this name has not stopped in good order; is it alive?", node.name());
        long until = System.nanoTime() + WATCH.toNanos();
        while (System.nanoTime() - until < 0) {
            pause();
            Optional<NodeStore.Entry> now = store.find(node.name());
            if (now.filter(entry -> entry.beat() == found.beat()).isEmpty()) {
                throw inUse(node);
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

    /** Says that this process is alive, and finds out whether the name is still its own. Never throws. */
    public void beat() {
        try {
            boolean mine = store.beat(node.name(), incarnation) || takeBack();
            if (!mine && !lost) {
                LOG.error(
                        "node {}: another host runs under this name now (expected: a name for each node; was the data"
                                + " directory copied?). The plugin folders of this host are no longer scanned;"
                                + " stop one of the two",
                        node.name());
            }
            lost = !mine;
        } catch (RuntimeException e) {
            LOG.debug("node {}: the store does not answer", node.name(), e);
        }
    }

    /** The name is free again where the other process has stopped, or the row is gone with an older state of the store. */
    private boolean takeBack() {
        Optional<NodeStore.Entry> found = store.find(node.name());
        return found.isEmpty()
                ? store.insert(node.name(), incarnation, clock.instant())
                : found.get().incarnation() == null && store.take(node.name(), found.get(), incarnation);
    }

    /** Returns whether another process has taken the name; what belongs to the node is its business then. */
    public boolean isLost() {
        return lost;
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
