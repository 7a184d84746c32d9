package dev.busbar.host.http;

import dev.busbar.host.pipeline.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bound on the connections of one listener, in all and by network. Beyond a bound a new connection takes the place of
 * one that has no request: of the same network, or of the one that has most; so whoever has few connections, such as a
 * health check, gets in whatever others hold open. It also ends connections whose header section takes too long. {@link
 * #opened} and {@link #closed} are called by server threads, {@link #sweep} by one thread; nothing is called for a
 * request.
 */
final class ConnectionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

    /** The time in which a connection without a request is not given up for another one. */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The number of connections beyond the max for networks that have none. */
    private static final int RESERVED = 32;

    /** The max number of networks that are searched for a connection to spare, for one new connection. */
    private static final int MAX_SEARCHED = 16;

    private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Bounds bounds;
    private final LongSupplier nanos;
    private final Meters.Count limited;
    private final Meters.Count late;
    private final Object lock = new Object();
    private final Map<String, Network> networks = new HashMap<>();
    private final Map<Peer, Open> open = new HashMap<>();
    private final AtomicLong nextLog;
    private long noneUntilNanos;
    private int noneAbove;

    /**
     * The bounds of a listener.
     *
     * @param max the max number of connections
     * @param maxOfNetwork the max number of one network; a trusted proxy has no network
     * @param headerNanos the max time of a header section or a TLS handshake
     * @param idleNanos the max time of an HTTP/2 connection without a stream
     */
    record Bounds(int max, int maxOfNetwork, long headerNanos, long idleNanos) {}

    /** What a connection is doing. */
    enum Phase {
        /** It is between two requests, or before the first. */
        IDLE,
        /** A header section or a handshake has begun, or a body goes on after its response. */
        OPENING,
        /** It has a request. */
        BUSY
    }

    /** The peer of a connection. Its methods may be called from any thread. */
    interface Peer {
        /** The network of the peer; empty where it is not bounded by network. */
        String network();

        /** What the connection is doing now. */
        Phase phase();

        /** The number of requests so far. */
        long requests();

        /** Whether it is multiplexed, so that its idle timeout does not end it while anything is received. */
        boolean isMultiplexed();

        /** Closes the connection. */
        void close();
    }

    /** An open connection. Guarded by the lock. */
    private static final class Open {
        private final Peer peer;
        private Phase phase = Phase.OPENING;
        private long requests;
        private final long openedNanos;
        private long sinceNanos;

        Open(Peer peer, long now) {
            this.peer = peer;
            this.openedNanos = now;
            this.sinceNanos = now;
        }

        /** Returns for how long it has done what it does now. */
        long look(long now) {
            Phase next = peer.phase();
            long count = peer.requests();
            if (next != phase || count != requests) {
                phase = next;
                requests = count;
                sinceNanos = now;
            }
            return now - sinceNanos;
        }
    }

    /** The connections of one network, the oldest first. Guarded by the lock. */
    private static final class Network {
        private final Set<Open> all = new LinkedHashSet<>();
        private long noneUntilNanos;

        Network(long now) {
            noneUntilNanos = now;
        }

        /**
         * The oldest connection without a request; one that has begun a header section before one that is idle. Where
         * there is none, they are not all looked at again for a while.
         */
        Optional<Open> spare(long now) {
            if (now - noneUntilNanos < 0) {
                return Optional.empty();
            }
            Open idle = null;
            long next = now + SETTLED_NANOS;
            for (Open one : all) {
                if (now - one.openedNanos < SETTLED_NANOS) {
                    next = one.openedNanos + SETTLED_NANOS;
                    break; // those that follow are younger
                }
                boolean settled = one.look(now) >= SETTLED_NANOS;
                if (one.phase == Phase.OPENING && settled) {
                    return Optional.of(one);
                }
                if (one.phase == Phase.IDLE && settled && idle == null) {
                    idle = one;
                }
            }
            if (idle == null) {
                noneUntilNanos = next;
            }
            return Optional.ofNullable(idle);
        }
    }

    ConnectionGuard(Bounds bounds, LongSupplier nanos, Meters meters) {
        this.bounds = bounds;
        this.nanos = nanos;
        String help = "Connections of clients that the host has closed";
        limited = meters.count("busbar.connections.closed", help, "reason", "limit");
        late = meters.count("busbar.connections.closed", help, "reason", "headers");
        nextLog = new AtomicLong(nanos.getAsLong());
        noneUntilNanos = nanos.getAsLong();
    }

    /** Admits a new connection, possibly in place of another one, or closes it. */
    void opened(Peer peer) {
        Peer ending;
        synchronized (lock) {
            long now = nanos.getAsLong();
            ending = place(peer, now);
            if (ending != peer) {
                Open added = new Open(peer, now);
                open.put(peer, added);
                networks.computeIfAbsent(peer.network(), first -> new Network(now))
                        .all
                        .add(added);
            }
        }
        if (ending != null) {
            limited.increment();
            log();
            ending.close();
        }
    }

    /** The connection that has to end for a new one: none, another one, or the new one. */
    private @Nullable Peer place(Peer peer, long now) {
        Network own = networks.get(peer.network());
        int count = own == null ? 0 : own.all.size();
        boolean full = !peer.network().isEmpty() && count >= bounds.maxOfNetwork();
        int max = bounds.max() + (count == 0 ? RESERVED : 0);
        if (!full && open.size() < max) {
            return null;
        }
        Optional<Open> spare = full && own != null ? own.spare(now) : spareOfLargest(count, now);
        return spare.map(one -> {
                    remove(one);
                    return one.peer;
                })
                .orElse(peer);
    }

    /**
     * A connection of the largest network with more than so many that has one to spare. Where there is none, they are
     * not searched again for a while for whoever has as many.
     */
    private Optional<Open> spareOfLargest(int than, long now) {
        if (than >= noneAbove && now - noneUntilNanos < 0) {
            return Optional.empty();
        }
        for (int searched = 0; searched < MAX_SEARCHED; searched++) {
            Network largest = largest(than, now);
            if (largest == null) {
                noneUntilNanos = now + SETTLED_NANOS;
                noneAbove = than;
                return Optional.empty();
            }
            Optional<Open> spare = largest.spare(now); // a network without one is left out of the next search
            if (spare.isPresent()) {
                return spare;
            }
        }
        return Optional.empty();
    }

    private @Nullable Network largest(int than, long now) {
        Network largest = null;
        for (Network each : networks.values()) {
            boolean larger = each.all.size() > (largest == null ? than : largest.all.size());
            if (larger && now - each.noneUntilNanos >= 0) {
                largest = each;
            }
        }
        return largest;
    }

    /** Forgets a connection. */
    void closed(Peer peer) {
        synchronized (lock) {
            Open known = open.get(peer);
            if (known != null) {
                remove(known);
            }
        }
    }

    private void remove(Open one) {
        open.remove(one.peer);
        String network = one.peer.network();
        Network its = networks.get(network);
        if (its != null) {
            its.all.remove(one);
            if (its.all.isEmpty()) {
                networks.remove(network);
            }
        }
    }

    /** Ends connections that have taken too long; called every second or so. */
    void sweep() {
        List<Peer> ending = new ArrayList<>();
        synchronized (lock) {
            long now = nanos.getAsLong();
            for (Open one : open.values()) {
                long time = one.look(now);
                boolean opening = one.phase == Phase.OPENING && time > bounds.headerNanos();
                boolean unused = one.phase == Phase.IDLE && one.peer.isMultiplexed() && time > bounds.idleNanos();
                if (opening || unused) {
                    ending.add(one.peer);
                }
            }
        }
        for (Peer peer : ending) {
            late.increment();
            peer.close();
        }
    }

    private void log() {
        long now = nanos.getAsLong();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_NANOS)) {
            LOG.warn(
                    "connections: {} in all, or {} of one network, are open; further ones take the place of unused ones",
                    bounds.max(),
                    bounds.maxOfNetwork());
        }
    }

    /** The number of open connections. */
    int size() {
        synchronized (lock) {
            return open.size();
        }
    }
}
