package dev.busbar.turbo.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** The standard normal distribution, as far as intervals need it. */
public final class Normal {
    private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

    private Normal() {}

    /**
     * How many standard deviations a two-sided interval reaches to either side: 1.959964 for 0.95.
     *
     * @param confidence the coverage wanted, between 0 and 1
     */
    public static double quantile(double confidence) {
        return STANDARD.inverseSurvivalProbability((1 - confidence) / 2);
    }

    /** How probable a deviation of at least this size is, to either side. */
    static double twoSidedP(double z) {
        return Math.min(1, 2 * STANDARD.survivalProbability(Math.abs(z)));
    }
}
