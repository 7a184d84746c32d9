package dev.busbar.host.authentication;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Reply;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;

/**
 * Delay of the response 429 to clients that are over the budget for failures, so that one that waits for it before the
 * next attempt makes few. No thread waits meanwhile. The number of responses that are held back is bounded, in all and
 * for each network; what is beyond is sent at once. May be called from any thread; closed by {@code Host} before requests
 * in flight are waited for.
 */
final class RefusalDelay implements AutoCloseable {
    static final int MAX = 512;
    static final int MAX_OF_NETWORK = 32;

    private static final int OVER_BUDGET = 429;

    private final Duration delay;
    private final Deadlines deadlines;
    private final KeyedPermits permits = new KeyedPermits(MAX, MAX_OF_NETWORK);
    private volatile boolean closed;

    /** A response that is held back. Its invocation is claimed, and complete only when the response is out. */
    private final class Held implements Deadlines.Due {
        private final Reply.Claim claim;
        private final ProblemException problem;
        private final String network;
        private final long sinceNanos = deadlines.now();

        Held(Reply.Claim claim, ProblemException problem, String network) {
            this.claim = claim;
            this.problem = problem;
            this.network = network;
        }

        @Override
        public long dueNanos() {
            return closed ? sinceNanos : sinceNanos + delay.toNanos();
        }

        /** The permit is free before the response is out: how fast a client reads it must not matter to others. */
        @Override
        public void expire() {
            permits.release(network);
            claim.send(problem);
        }
    }

    /** Holds responses back for so long; not at all when that is zero. */
    RefusalDelay(Duration delay, Deadlines deadlines) {
        this.delay = delay;
        this.deadlines = deadlines;
    }

    /** Sends a problem: a 429 later where there is a permit for it, anything else now. */
    void send(Reply.Claim claim, ProblemException problem) {
        String network = AddressRange.network(claim.invocation().clientAddress());
        boolean now = problem.status() != OVER_BUDGET || closed || delay.isZero() || !permits.tryAcquire(network);
        if (now) {
            claim.send(problem);
        } else {
            deadlines.add(new Held(claim, problem, network));
        }
    }

    /** Has all that is held back sent with the next tick of the clock, and holds nothing back from then on. */
    @Override
    public void close() {
        closed = true;
    }

    /** The number of responses that are held back. */
    int size() {
        return permits.size();
    }

    /** The number of networks that have any. */
    int networks() {
        return permits.keys();
    }
}
