package dev.busbar.host.security;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Keeps the answer 429 to whoever is over the budget for failures back for a moment, so that one who waits for it before
 * the next attempt makes few. No thread waits meanwhile. So many answers are kept back and no more, of one network fewer;
 * what is beyond is answered at once. May be called from any thread; closed by {@code Host} before requests in flight
 * are waited for.
 */
public final class RefusalDelay implements AutoCloseable {
    static final int MOST = 512;
    static final int MOST_OF_NETWORK = 32;

    private static final int OVER_BUDGET = 429;

    private final Duration delay;
    private final Timer timer;
    private final Object lock = new Object();
    private final Set<Kept> waiting = new LinkedHashSet<>();
    private final Map<String, Integer> networks = new HashMap<>();
    private boolean closed;

    /** Runs something once, later, on a thread of its own, where it may write to clients but must not block. */
    @FunctionalInterface
    public interface Timer {
        /**
         * Takes a task.
         *
         * @throws RejectedExecutionException when it takes none any more
         */
        void after(Duration delay, Runnable task);
    }

    /** An answer that is kept back. Its invocation is claimed, and complete only when the answer is out. */
    private record Kept(Invocation invocation, ProblemException problem, String network) {
        void send() {
            invocation.sendClaimed(problem);
        }
    }

    /** Keeps answers back for so long; not at all when that is zero. */
    public RefusalDelay(Duration delay, Timer timer) {
        this.delay = delay;
        this.timer = timer;
    }

    /** Sends a problem to a client: a 429 later where there is room for it, anything else now. For the one that has claimed. */
    void send(Invocation invocation, ProblemException problem) {
        Kept kept = new Kept(invocation, problem, AddressRange.network(invocation.clientAddress()));
        if (problem.status() != OVER_BUDGET || !add(kept)) {
            kept.send();
            return;
        }
        try {
            timer.after(delay, () -> release(kept));
        } catch (RejectedExecutionException e) {
            release(kept); // the host is on its way out
        }
    }

    private boolean add(Kept kept) {
        synchronized (lock) {
            int ofNetwork = networks.getOrDefault(kept.network(), 0);
            if (closed || delay.isZero() || waiting.size() >= MOST || ofNetwork >= MOST_OF_NETWORK) {
                return false;
            }
            networks.put(kept.network(), ofNetwork + 1);
            return waiting.add(kept);
        }
    }

    /** The place is free before the answer is out: how fast a client reads it must not matter to others. */
    private void release(Kept kept) {
        boolean found;
        synchronized (lock) {
            found = waiting.remove(kept);
            if (found) {
                networks.computeIfPresent(kept.network(), (network, many) -> many == 1 ? null : many - 1);
            }
        }
        if (found) {
            kept.send();
        }
    }

    /** Sends all that is kept back, now, and keeps nothing back from then on. */
    @Override
    public void close() {
        List<Kept> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(waiting);
        }
        all.forEach(this::release);
    }

    /** How many answers are kept back. */
    int size() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    /** How many networks have any. */
    int networks() {
        synchronized (lock) {
            return networks.size();
        }
    }
}
