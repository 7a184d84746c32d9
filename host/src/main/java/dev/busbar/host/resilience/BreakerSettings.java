package dev.busbar.host.resilience;

import java.time.Duration;

/**
 * When a platform that fails is given a pause.
 *
 * @param enabled whether there are breakers at all
 * @param failureRate from which share of failed calls on, in percent, it opens
 * @param slowRate from which share of slow calls on, in percent, it opens
 * @param slow from which share of its route's deadline on, in percent, a call is slow
 * @param window over which time calls are looked at
 * @param minimumCalls how many calls there have to be in that time before anything is concluded
 * @param pause how long nothing is let through once it is open
 * @param probes how many calls are let through after that to see whether it goes again
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
    /** Half of the calls failed, or nine in ten near their deadline, within 10 s and out of at least 20. */
    public static final BreakerSettings DEFAULTS =
            new BreakerSettings(true, 50, 90, 80, Duration.ofSeconds(10), 20, Duration.ofSeconds(5), 5);

    /** Refuses what makes no sense. */
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
