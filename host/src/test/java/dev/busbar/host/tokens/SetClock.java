package dev.busbar.host.tokens;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test sets. Thread-safe. */
public final class SetClock extends Clock {
    private final AtomicReference<Instant> now;

    /** A clock that stands at a moment. */
    public SetClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /** Moves it on. */
    public void advance(Duration by) {
        now.updateAndGet(moment -> moment.plus(by));
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
