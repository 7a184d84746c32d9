package dev.busbar.host.jobs;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The pauses between the attempts of a job: exponential, with full jitter, so that jobs that failed together do not come back
 * together. Immutable.
 */
final class Backoff {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(4);
    private static final Duration MAX_DELAY = Duration.ofMinutes(10);
    private static final int MAX_DOUBLINGS = 20;

    private final DoubleSupplier random;

    /** @param random numbers from 0 to 1 */
    Backoff(DoubleSupplier random) {
        this.random = random;
    }

    /** The pause after an attempt, from 1. */
    Duration after(int attempt) {
        long ceiling = FIRST_DELAY.toMillis() << Math.min(attempt - 1, MAX_DOUBLINGS);
        return Duration.ofMillis((long) (random.getAsDouble() * Math.min(ceiling, MAX_DELAY.toMillis())));
    }
}
