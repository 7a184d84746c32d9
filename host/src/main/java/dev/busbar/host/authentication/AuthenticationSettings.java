package dev.busbar.host.authentication;

import java.time.Duration;

/**
 * How much failed authentication is put up with. Immutable.
 *
 * @param failures how many failures an address (of IPv6 the first 64 bits), and a key id, may have in a period
 * @param period the period; the budget comes back evenly over it
 * @param verifications how many signatures of unknown tokens a second are still verified for an address that is over
 *     its budget
 * @param sharedVerifications the same for all such addresses together
 * @param refusalDelay how long a refusal over budget is kept back; zero for not at all
 */
public record AuthenticationSettings(
        int failures, Duration period, int verifications, int sharedVerifications, Duration refusalDelay) {
    private static final int MOST = 100_000;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

    /** What holds where nothing is configured. */
    public static final AuthenticationSettings DEFAULTS =
            new AuthenticationSettings(20, Duration.ofMinutes(1), 5, 100, Duration.ofMillis(100));

    /** Refuses what would lock everybody out, or nobody. */
    public AuthenticationSettings {
        require("failures", failures);
        require("verifications", verifications);
        require("sharedVerifications", sharedVerifications);
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("period: " + period + " (expected: 1s to 1h)");
        }
        if (refusalDelay.isNegative() || refusalDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("refusalDelay: " + refusalDelay + " (expected: 0s to 5s)");
        }
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + MOST + ")");
        }
    }
}
