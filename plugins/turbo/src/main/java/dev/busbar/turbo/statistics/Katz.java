package dev.busbar.turbo.statistics;

/**
 * The log interval of a ratio of two independent proportions: {@code exp(ln r ± z √(1/a − 1/n₁ + 1/c − 1/n₂))}. Katz,
 * Baptista, Azen and Pike 1978, Biometrics 34:469, method C.
 */
public final class Katz {
    private static final double HALF = 0.5;

    private Katz() {}

    /**
     * The first rate divided by the second. Undefined when either has nothing to divide by, or the second is 0. When
     * only the first is 0 the upper limit is that of Walter 1975, Biometrika 62:371, who adds ½ to each count: Katz's
     * would need the logarithm of 0, and a group that is shut out altogether must not go without an interval.
     */
    public static Measure ratio(Proportion first, Proportion second, double z) {
        if (first.isEmpty() || second.isEmpty()) {
            return Measure.undefined((first.isEmpty() ? first : second).emptiness());
        }
        if (second.successes() == 0) {
            return Measure.undefined("the rate to divide by is 0");
        }
        if (first.successes() == 0) {
            double high = limits(first, second, HALF, z).high();
            return new Measure(
                    0.0, 0.0, high, "the rate is 0: upper limit after Walter 1975, with 1/2 added to counts");
        }
        // multiplied crosswise, so that a ratio of counts is rounded once: 9 of 30 to 15 of 40 is 0.8
        double ratio = first.successes() * second.total() / (first.total() * second.successes());
        if (first.rate() == 1 && second.rate() == 1) {
            return Measure.withoutInterval(ratio, "both rates are 1: the variance of the log ratio is 0 there");
        }
        Interval limits = limits(first, second, 0, z);
        return Measure.of(ratio, limits.low(), limits.high());
    }

    private static Interval limits(Proportion first, Proportion second, double added, double z) {
        double a = first.effectiveSuccesses() + added;
        double c = second.effectiveSuccesses() + added;
        double n1 = first.effectiveTotal() + added;
        double n2 = second.effectiveTotal() + added;
        double log = Math.log(a / n1 / (c / n2));
        double spread = z * Math.sqrt(Math.max(0, 1 / a - 1 / n1 + 1 / c - 1 / n2));
        return new Interval(Math.exp(log - spread), Math.exp(log + spread));
    }
}
