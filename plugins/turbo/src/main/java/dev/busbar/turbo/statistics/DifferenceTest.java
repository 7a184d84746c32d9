package dev.busbar.turbo.statistics;

/**
 * The test of whether two independent rates are the same: pooled z, or {@link FisherExact} where a cell of their 2×2
 * table has an expected count below 5 and the normal approximation does not hold (Cochran 1954, Biometrics 10:417).
 * Pooled z is {@code (p₁ − p₂) / √(p(1−p)(1/n₁ + 1/n₂))}, {@code p} being the rate of both together.
 */
public final class DifferenceTest {
    /** The method where the counts are large enough. */
    public static final String POOLED_Z = "pooled z";

    private static final double LEAST_EXPECTED_COUNT = 5;

    private DifferenceTest() {}

    /** Tests the first rate against the second; the sign of z is that of their difference. */
    public static SignificanceTest of(Proportion first, Proportion second) {
        if (first.isEmpty() || second.isEmpty()) {
            return SignificanceTest.undefined(POOLED_Z, (first.isEmpty() ? first : second).emptiness());
        }
        double n1 = first.effectiveTotal();
        double n2 = second.effectiveTotal();
        double pooled = (first.effectiveSuccesses() + second.effectiveSuccesses()) / (n1 + n2);
        if (first.rate() == second.rate() && (first.rate() == 0 || first.rate() == 1)) {
            return SignificanceTest.undefined(POOLED_Z, "every outcome is the same, so there is nothing to test");
        }
        if (Math.min(n1, n2) * Math.min(pooled, 1 - pooled) < LEAST_EXPECTED_COUNT) {
            return FisherExact.test(first, second);
        }
        double z = (first.rate() - second.rate()) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
        return SignificanceTest.of(POOLED_Z, z, Normal.twoSidedP(z));
    }
}
