package dev.busbar.host.testing;

import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A clock of deadlines that a test moves by hand. It begins with the time of the JVM, as arrivals do. */
public final class ManualClock {
    private static final int MAX_PARKED = 10_000;

    private final AtomicLong nanos = new AtomicLong(System.nanoTime());
    private final AtomicLong ahead = new AtomicLong();
    private final Deadlines deadlines = new Deadlines(() -> nanos.get() + ahead.getAndSet(0));

    /** The deadlines that {@link #pass} moves. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** The time now, such as that of an arrival. */
    public long now() {
        return nanos.get();
    }

    /** Lets time pass, and expires what is past its deadline then. */
    public void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        deadlines.tick();
    }

    /** Expires what is past its deadline some time ahead, as if what is going on now had begun after the clock was read. */
    public void tickAhead(Duration time) {
        ahead.set(time.toNanos());
        deadlines.tick();
    }

    /** A lot with this clock, whose requests are resumed on the thread that resumes them. */
    public ParkingLot lot() {
        return lot(Runnable::run);
    }

    /** A lot with this clock and workers. */
    public ParkingLot lot(Executor workers) {
        return new ParkingLot(deadlines, workers, new KeyedPermits(MAX_PARKED, MAX_PARKED), Meters.NONE);
    }
}
