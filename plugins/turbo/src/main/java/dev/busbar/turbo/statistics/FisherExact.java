package dev.busbar.turbo.statistics;

import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;

/**
 * The exact test of whether two independent rates are the same: the sum of the probabilities of all 2×2 tables with the
 * same margins that are no more probable than the one seen (Fisher 1935; R's {@code fisher.test}).
 *
 * <p>Tables that are as probable as the one seen come out a little more or less so in floating point; like R, a
 * difference of 1e-7 counts as equal. ({@code FisherExactTest} of commons-statistics 1.2 makes no such allowance, and
 * gives 0.59 in place of 1 for the rows 2, 1 and 4, 5.)
 */
final class FisherExact {
    private static final String METHOD = "Fisher exact";
    private static final double AS_PROBABLE = 1 + 1e-7;

    private FisherExact() {}

    static Significance test(Proportion first, Proportion second) {
        boolean counts = isCount(first) && isCount(second);
        if (!counts || first.total() + second.total() > Integer.MAX_VALUE) {
            return Significance.undefined(
                    METHOD, "an expected count is below 5, and the exact test needs whole counts up to 2147483647");
        }
        int seen = (int) first.successes();
        HypergeometricDistribution tables = HypergeometricDistribution.of(
                (int) (first.total() + second.total()), (int) (first.successes() + second.successes()), (int)
                        first.total());
        double limit = tables.probability(seen) * AS_PROBABLE;
        double p = IntStream.rangeClosed(tables.getSupportLowerBound(), tables.getSupportUpperBound())
                .mapToDouble(tables::probability)
                .filter(probability -> probability <= limit)
                .sum();
        return new Significance(METHOD, null, Math.min(1, p), "the exact test has no statistic");
    }

    private static boolean isCount(Proportion proportion) {
        return proportion.effectiveTotal() == proportion.total()
                && Math.rint(proportion.total()) == proportion.total()
                && Math.rint(proportion.successes()) == proportion.successes();
    }
}
