package dev.busbar.host.parking;

import dev.busbar.core.Problems;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A request that waits without a thread. Exactly one of {@link #resume}, {@link #resumeHere}, {@link #fail} and its
 * deadline ends the wait; the others do nothing. May be called from any thread.
 */
public final class Parked implements Deadlines.Due {
    private final Invocation invocation;
    private final ParkingLot.Bay bay;
    private final String platform;
    private final Terms terms;
    private final long sinceNanos;
    private final AtomicBoolean over = new AtomicBoolean();

    /** Listener for the end of the wait, whatever ended it. Called once, before the request goes on; must not block. */
    @FunctionalInterface
    interface Watcher {
        void over(Parked parked);
    }

    /**
     * The terms of a wait.
     *
     * @param dueNanos the deadline
     * @param whenLate creates the response past the deadline
     * @param whenOver the listener for its end
     */
    record Terms(LongSupplier dueNanos, Supplier<ProblemException> whenLate, Watcher whenOver) {}

    Parked(Invocation invocation, ParkingLot.Bay bay, Terms terms, long sinceNanos) {
        this.invocation = invocation;
        this.bay = bay;
        this.platform =
                invocation.endpoint().platform(); // a parked request may get another endpoint when it is resumed
        this.terms = terms;
        this.sinceNanos = sinceNanos;
    }

    /** Returns whether it still waits. */
    public boolean isWaiting() {
        return !over.get();
    }

    /**
     * Resumes it on a worker of the lot.
     *
     * @return whether this ended the wait; only then the step runs, unless the server has answered meanwhile
     */
    public boolean resume(Interceptor.Next step) {
        if (!end()) {
            return false;
        }
        try {
            bay.workers().execute(() -> go(step));
        } catch (RejectedExecutionException stopped) {
            invocation.reply().fail(Problems.shuttingDown());
        }
        return true;
    }

    /**
     * Resumes it on this thread, which is no plugin's.
     *
     * @return whether this ended the wait; only then the step has run, unless the server has answered meanwhile
     */
    public boolean resumeHere(Interceptor.Next step) {
        boolean mine = end();
        if (mine) {
            go(step);
        }
        return mine;
    }

    private void go(Interceptor.Next step) {
        if (!invocation.reply().isClaimed()) { // else the server has answered meanwhile
            Interceptor.pass(invocation, step);
        }
    }

    /**
     * Answers it with a problem.
     *
     * @return whether this ended the wait; only then the problem is the response
     */
    public boolean fail(ProblemException problem) {
        boolean mine = end();
        if (mine) {
            invocation.reply().fail(problem);
        }
        return mine;
    }

    private boolean end() {
        if (over.getAndSet(true)) {
            return false;
        }
        bay.left(this, platform);
        terms.whenOver().over(this);
        return true;
    }

    /** The deadline; immediate where the request was answered elsewhere, for instance by the server. */
    @Override
    public long dueNanos() {
        return invocation.reply().isClaimed() ? sinceNanos : terms.dueNanos().getAsLong();
    }

    @Override
    public void expire() {
        if (end() && !invocation.reply().isClaimed()) {
            invocation.reply().fail(terms.whenLate().get());
        }
    }
}
