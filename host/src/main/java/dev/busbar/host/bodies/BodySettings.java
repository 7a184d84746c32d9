package dev.busbar.host.bodies;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The settings of request bodies. Immutable.
 *
 * @param memory the max number of bytes that all bodies take in memory, together with the values bound from them; 0 for
 *     a quarter of the heap, at most 512 MiB
 * @param minRate the min number of bytes a second at which a client sends a body
 * @param grace the time that a client may fall behind that rate
 */
public record BodySettings(long memory, long minRate, Duration grace) {
    /** The values of keys that are not set. */
    public static final BodySettings DEFAULTS = new BodySettings(0, 4 * 1024, Duration.ofSeconds(10));

    private static final long MIN_MEMORY = 8L << 20;
    private static final long MAX_DEFAULT = 512L << 20;
    private static final int HEAP_SHARE = 4;

    /**
     * Validates.
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    public BodySettings {
        if (memory != 0 && memory < MIN_MEMORY) {
            throw new IllegalArgumentException("memory: " + memory + " (expected: at least " + MIN_MEMORY + ", or 0)");
        }
        if (minRate < 1 || grace.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "minRate: " + minRate + ", grace: " + grace + " (expected: at least 1, and at least 100ms)");
        }
    }

    /** The memory in force. */
    long memoryOf(long heap) {
        return memory != 0 ? memory : Math.max(MIN_MEMORY, Math.min(MAX_DEFAULT, heap / HEAP_SHARE));
    }

    /**
     * The time that a client may still be waited for.
     *
     * @param bytes how much of the body has arrived
     * @param waitedNanos how long the host has waited for it
     */
    long allowanceNanos(long bytes, long waitedNanos) {
        long earned = (long) (bytes * ((double) TimeUnit.SECONDS.toNanos(1) / minRate));
        return grace.toNanos() + earned - waitedNanos;
    }
}
