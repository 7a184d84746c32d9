package dev.busbar.host.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test sets, and the time that passes by it. Thread-safe. */
public final class SetClock extends Clock {
    private final AtomicReference<Instant> now;
    private final AtomicLong passed = new AtomicLong();

    /** A clock that stands at a moment. */
    public SetClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /** Lets time pass. */
    public void advance(Duration by) {
        now.updateAndGet(moment -> moment.plus(by));
        passed.addAndGet(by.toNanos());
    }

    /** Sets it back, as somebody who corrects it would; no time passes. */
    public void setBack(Duration by) {
        now.updateAndGet(moment -> moment.minus(by));
    }

    /** How much time has passed, whatever the clock was set to. */
    public long nanos() {
        return passed.get();
    }

    @Override
    public Instant instant() {
        return now.get();
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
