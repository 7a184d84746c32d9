package dev.busbar.host.authentication;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Reply;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;

/**
 * Delay of the response 429 to clients over the budget of failures, so that a client that waits for it before its next
 * attempt makes few. No thread waits meanwhile. The number of delayed responses is bounded, in all and for each network;
 * beyond that a response is sent at once. May be called from any thread; closed by {@code Host} before it waits for
 * requests in flight.
 */
final class RefusalDelay implements AutoCloseable {
    static final int MAX = 512;
    static final int MAX_OF_NETWORK = 32;

    private static final int OVER_BUDGET = 429;

    private final Duration delay;
    private final Deadlines deadlines;
    private final KeyedPermits permits = new KeyedPermits(MAX, MAX_OF_NETWORK);
    private volatile boolean closed;

    /** A delayed response. Its invocation is claimed, and completes when the response is sent. */
    private final class DelayedRefusal implements Deadlines.Due {
        private final Reply.Claim claim;
        private final ProblemException problem;
        private final String network;
        private final long sinceNanos = deadlines.now();

        DelayedRefusal(Reply.Claim claim, ProblemException problem, String network) {
            this.claim = claim;
            this.problem = problem;
            this.network = network;
        }

        @Override
        public long dueNanos() {
            return closed ? sinceNanos : sinceNanos + delay.toNanos();
        }

        /** Releases the permit before the response is sent: how fast a client reads must not matter to others. */
        @Override
        public void expire() {
            permits.release(network);
            claim.send(problem);
        }
    }

    /** A delay of responses; zero for none. */
    RefusalDelay(Duration delay, Deadlines deadlines) {
        this.delay = delay;
        this.deadlines = deadlines;
    }

    /** Sends a problem: a 429 later if there is a permit for it, any other now. */
    void send(Reply.Claim claim, ProblemException problem) {
        String network = AddressRange.network(claim.invocation().clientAddress());
        boolean now = problem.status() != OVER_BUDGET || closed || delay.isZero() || !permits.tryAcquire(network);
        if (now) {
            claim.send(problem);
        } else {
            deadlines.add(new DelayedRefusal(claim, problem, network));
        }
    }

    /** Sends all delayed responses with the next tick of the clock, and delays none from then on. */
    @Override
    public void close() {
        closed = true;
    }

    /** The number of delayed responses. */
    int size() {
        return permits.size();
    }

    /** The number of networks with delayed responses. */
    int networks() {
        return permits.keys();
    }
}
