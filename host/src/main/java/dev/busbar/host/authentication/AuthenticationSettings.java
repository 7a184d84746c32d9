package dev.busbar.host.authentication;

import java.time.Duration;

/**
 * Settings of the budget of failed authentications. Immutable.
 *
 * @param failures the budget of failures of an address (of IPv6 the first 64 bits), and of a key id, in a period
 * @param period the period, over which the budget is refilled evenly
 * @param verifications the signatures of unknown tokens that are still verified each second for an address over budget
 * @param sharedVerifications the signatures that are verified each second for all such addresses together
 * @param refusalDelay the delay of a refusal over budget; zero for none
 */
public record AuthenticationSettings(
        int failures, Duration period, int verifications, int sharedVerifications, Duration refusalDelay) {
    private static final int MAX = 100_000;
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    /** The defaults. */
    public static final AuthenticationSettings DEFAULTS =
            new AuthenticationSettings(20, Duration.ofMinutes(1), 5, 100, Duration.ofMillis(100));

    /** Rejects values that would lock out every client, or none. */
    public AuthenticationSettings {
        require("failures", failures);
        require("verifications", verifications);
        require("sharedVerifications", sharedVerifications);
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("period: " + period + " (expected: 1s to 1h)");
        }
        if (refusalDelay.isNegative() || refusalDelay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("refusalDelay: " + refusalDelay + " (expected: 0s to 5s)");
        }
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + MAX + ")");
        }
    }
}
