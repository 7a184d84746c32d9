package dev.busbar.host.parking;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.plugin.ProblemException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The one place for requests that wait without a thread: bounded in total and per platform, each request with its own
 * deadline. A feature that lets requests wait has a {@link Bay} in it. May be called from any thread.
 */
public final class ParkingLot {
    private final Deadlines deadlines;
    private final Executor workers;
    private final KeyedPermits permits;
    private final Meters meters;

    /**
     * An empty lot.
     *
     * @param workers the threads on which parked requests are resumed; they never run a plugin's code
     * @param permits the max number of parked requests, in total and per platform
     */
    public ParkingLot(Deadlines deadlines, Executor workers, KeyedPermits permits, Meters meters) {
        this.deadlines = deadlines;
        this.workers = workers;
        this.permits = permits;
        this.meters = meters;
    }

    /**
     * The part of the lot for one reason to wait; requested once.
     *
     * @param reason the label of the metric
     */
    public Bay bay(String reason) {
        return new Bay(reason);
    }

    /** The requests that wait for one reason. */
    public final class Bay {
        private final AtomicInteger parked = new AtomicInteger();

        private Bay(String reason) {
            meters.gauge("busbar.parked", "Requests that wait without a thread", parked::get, "reason", reason);
        }

        /**
         * Parks a request until it is resumed, failed, or past its deadline.
         *
         * @param whenLate creates the response for the last case; called at most once, on the clock's thread
         * @throws ProblemException 503 when the lot is full
         */
        public Parked park(Invocation invocation, Supplier<ProblemException> whenLate) {
            return park(invocation, invocation.timing()::dueNanos, whenLate);
        }

        /**
         * Parks a request with a deadline of its own.
         *
         * @param dueNanos the deadline, as {@link Deadlines#now} counts; asked again and again, so it may change
         * @param whenLate as for {@link #park(Invocation, Supplier)}
         * @throws ProblemException 503 when the lot is full
         */
        public Parked park(Invocation invocation, LongSupplier dueNanos, Supplier<ProblemException> whenLate) {
            return tryPark(invocation, new Parked.Terms(dueNanos, whenLate, none -> {}))
                    .orElseThrow(ParkingLot::full);
        }

        /** A group of requests that wait for the same event, in this bay. */
        public ParkedGroup group(int max) {
            return new ParkedGroup(this, max);
        }

        /** The number of requests that are parked here. */
        public int size() {
            return parked.get();
        }

        Optional<Parked> tryPark(Invocation invocation, Parked.Terms terms) {
            String platform = invocation.endpoint().platform();
            if (!permits.tryAcquire(platform)) {
                return Optional.empty();
            }
            parked.incrementAndGet();
            Parked one = new Parked(invocation, this, terms, deadlines.now());
            deadlines.add(one);
            return Optional.of(one);
        }

        void left(Parked one, String platform) {
            deadlines.remove(one);
            permits.release(platform);
            parked.decrementAndGet();
        }

        Executor workers() {
            return workers;
        }
    }

    private static ProblemException full() {
        return ProblemType.HOST_OVERLOADED
                .problem("too many requests wait in this host")
                .withHeader("Retry-After", "1");
    }
}
