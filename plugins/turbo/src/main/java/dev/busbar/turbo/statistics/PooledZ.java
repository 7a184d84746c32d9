package dev.busbar.turbo.statistics;

/**
 * The normal test of whether two independent rates are the same: {@code (p₁ − p₂) / √(p(1−p)(1/n₁ + 1/n₂))}, {@code p}
 * being the rate of both together.
 */
public final class PooledZ {
    private static final String METHOD = "pooled z";
    private static final double LEAST_EXPECTED_COUNT = 5;

    private PooledZ() {}

    /**
     * Tests the first rate against the second; the sign of z is that of their difference. Where a cell of their 2×2
     * table has an expected count below 5, the normal approximation does not hold (Cochran 1954, Biometrics 10:417), and
     * Fisher's exact test takes its place.
     */
    public static Significance orFisherExact(Proportion first, Proportion second) {
        if (first.isEmpty() || second.isEmpty()) {
            return Significance.undefined(METHOD, (first.isEmpty() ? first : second).emptiness());
        }
        if (first.rate() == second.rate() && (first.rate() == 0 || first.rate() == 1)) {
            return Significance.undefined(METHOD, "every outcome is the same, so there is nothing to test");
        }
        double n1 = first.effectiveTotal();
        double n2 = second.effectiveTotal();
        double successes = first.effectiveSuccesses() + second.effectiveSuccesses();
        if (leastExpectedCount(n1, n2, successes) < 0) {
            return FisherExact.test(first, second);
        }
        double pooled = successes / (n1 + n2);
        double z = (first.rate() - second.rate()) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
        return Significance.of(METHOD, z, Normal.twoSidedP(z));
    }

    /** The least expected count of the four cells compared with the limit; the factors of counts are whole numbers. */
    private static int leastExpectedCount(double n1, double n2, double successes) {
        double fewer = Math.min(successes, n1 + n2 - successes);
        return Limits.compare(Math.min(n1, n2) * fewer, LEAST_EXPECTED_COUNT * (n1 + n2));
    }
}
