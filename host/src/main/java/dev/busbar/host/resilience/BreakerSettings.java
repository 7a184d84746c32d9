package dev.busbar.host.resilience;

import java.time.Duration;

/**
 * The settings of circuit breakers.
 *
 * @param enabled whether platforms have breakers
 * @param failureRate the percentage of failed calls at which a breaker opens
 * @param slowRate the percentage of slow calls at which it opens
 * @param slow the percentage of its route's deadline above which a call is slow
 * @param window the sliding window of calls
 * @param minimumCalls the min count of calls in the window before the breaker may open
 * @param pause how long an open breaker rejects all calls
 * @param probes the count of calls that a half-open breaker admits
 */
public record BreakerSettings(
        boolean enabled,
        int failureRate,
        int slowRate,
        int slow,
        Duration window,
        int minimumCalls,
        Duration pause,
        int probes) {
    /** Opens when half of at least 20 calls in 10 s failed, or nine in ten were slow. */
    public static final BreakerSettings DEFAULTS =
            new BreakerSettings(true, 50, 90, 80, Duration.ofSeconds(10), 20, Duration.ofSeconds(5), 5);

    /** Validates. */
    public BreakerSettings {
        requirePercent("failureRate", failureRate);
        requirePercent("slowRate", slowRate);
        requirePercent("slow", slow);
        if (window.toSeconds() < 1 || window.toSeconds() > 3_600) {
            throw new IllegalArgumentException("window: " + window + " (expected: 1s to 1h)");
        }
        if (minimumCalls < 1 || probes < 1) {
            throw new IllegalArgumentException(
                    "minimumCalls: " + minimumCalls + ", probes: " + probes + " (expected: at least 1)");
        }
        if (pause.toMillis() < 10 || pause.toHours() > 1) {
            throw new IllegalArgumentException("pause: " + pause + " (expected: 10ms to 1h)");
        }
    }

    private static void requirePercent(String name, int value) {
        if (value < 1 || value > 100) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to 100)");
        }
    }
}
