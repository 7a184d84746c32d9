package dev.busbar.turbo.statistics;

import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    private static final double NEGLIGIBLE = 1e-17;

    private FisherExact() {}

    static Significance test(Proportion first, Proportion second) {
        boolean counts = first.isCount() && second.isCount();
        if (!counts || first.total() + second.total() > Integer.MAX_VALUE) {
            return Significance.undefined(
                    METHOD, "an expected count is below 5, and the exact test needs whole counts up to 2147483647");
        }
        int seen = (int) first.successes();
        HypergeometricDistribution tables = HypergeometricDistribution.of(
                (int) (first.total() + second.total()), (int) (first.successes() + second.successes()), (int)
                        first.total());
        double p = noMoreProbable(tables, tables.probability(seen) * AS_PROBABLE);
        return new Significance(METHOD, null, Math.min(1, p), "the exact test has no statistic");
    }

    /**
     * The sum of all probabilities up to a limit. They fall from the mode outwards, and with an expected count below 5
     * they do so fast: what is left once they are negligible is not looked at, so that large counts cost no more than
     * small ones.
     */
    private static double noMoreProbable(HypergeometricDistribution tables, double limit) {
        double floor = limit * NEGLIGIBLE;
        int mode = mode(tables);
        IntStream below = IntStream.iterate(mode - 1, k -> k >= tables.getSupportLowerBound(), k -> k - 1);
        IntStream above = IntStream.iterate(mode, k -> k <= tables.getSupportUpperBound(), k -> k + 1);
        return Stream.of(below, above)
                .mapToDouble(tail -> tail.mapToDouble(tables::probability)
                        .takeWhile(probability -> probability > floor)
                        .filter(probability -> probability <= limit)
                        .sum())
                .sum();
    }

    private static int mode(HypergeometricDistribution tables) {
        long mode = (tables.getSampleSize() + 1L)
                * (tables.getNumberOfSuccesses() + 1L)
                / (tables.getPopulationSize() + 2L);
        return (int) Math.max(tables.getSupportLowerBound(), Math.min(tables.getSupportUpperBound(), mode));
    }
}
