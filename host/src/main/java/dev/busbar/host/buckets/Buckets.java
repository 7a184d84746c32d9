package dev.busbar.host.buckets;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Factory of token buckets. Their time is that of {@link System#nanoTime()} or of a test, so that a wall clock that is
 * set neither locks anybody out nor gives tokens back. Immutable; the factory and its buckets are thread-safe.
 */
public final class Buckets {
    private final TimeMeter time;

    private record Monotonic(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    /**
     * A factory.
     *
     * @param nanos the time, in nanoseconds from any start
     */
    public Buckets(LongSupplier nanos) {
        this.time = new Monotonic(nanos);
    }

    /** A full bucket that is refilled evenly: its whole capacity in each window. */
    public Bucket full(long capacity, Duration window) {
        return of(Bandwidth.builder()
                .capacity(capacity)
                .refillGreedy(capacity, window)
                .build());
    }

    /** A bucket with a bandwidth of the caller's own. */
    public Bucket of(Bandwidth bandwidth) {
        return Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(time)
                .build();
    }
}
