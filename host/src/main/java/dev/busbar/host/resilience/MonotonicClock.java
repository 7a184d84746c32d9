package dev.busbar.host.resilience;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A clock that only goes on, whatever is done to that of the machine; its instants mean nothing by themselves. */
final class MonotonicClock extends Clock {
    private final LongSupplier nanos;

    /** A clock over {@link System#nanoTime()}, or what stands for it in a test. */
    MonotonicClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
