package dev.busbar.turbo.statistics;

import java.math.BigDecimal;

/**
 * Comparison with limits, such as four fifths of a rate, without the rounding of floating point: exact for counts. Sums
 * of sampling weights and of quotients are themselves rounded, so there a difference of less than {@value #TOLERANCE}
 * of the limit counts as equality.
 */
public final class Limits {
    /** The relative difference up to which rounded numbers are equal. */
    public static final double TOLERANCE = 1e-9;

    private Limits() {}

    /**
     * The ratio of two rates compared with {@code numerator / denominator}: negative below it, 0 at it, positive above
     * it. Neither proportion may be empty.
     */
    public static int compareRatio(Proportion first, Proportion second, int numerator, int denominator) {
        if (first.isCount() && second.isCount()) {
            return product(first.successes(), second.total(), denominator)
                    .compareTo(product(second.successes(), first.total(), numerator));
        }
        return compare(first.rate() * denominator, second.rate() * numerator);
    }

    private static BigDecimal product(double one, double other, int factor) {
        return new BigDecimal(one).multiply(new BigDecimal(other)).multiply(BigDecimal.valueOf(factor));
    }

    /** A rounded number compared with a limit, with the tolerance: negative below it, 0 at it, positive above it. */
    public static int compare(double number, double limit) {
        return Math.abs(number - limit) <= TOLERANCE * Math.abs(limit) ? 0 : Double.compare(number, limit);
    }
}
