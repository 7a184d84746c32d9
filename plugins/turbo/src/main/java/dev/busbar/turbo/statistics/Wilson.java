package dev.busbar.turbo.statistics;

/**
 * The score interval of one proportion: {@code (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)}. Wilson 1927, JASA
 * 22:209; method 3 of Newcombe 1998, Statistics in Medicine 17:857.
 */
public final class Wilson {
    private Wilson() {}

    /** The rate with its score interval; undefined when there is nothing to divide by. */
    public static Measure rate(Proportion proportion, double z) {
        if (proportion.isEmpty()) {
            return Measure.undefined(proportion.emptiness());
        }
        Interval interval = interval(proportion, z);
        return Measure.of(proportion.rate(), interval.low(), interval.high());
    }

    static Interval interval(Proportion proportion, double z) {
        double p = proportion.rate();
        double n = proportion.effectiveTotal();
        double square = z * z;
        double centre = p + square / (2 * n);
        double spread = z * Math.sqrt(p * (1 - p) / n + square / (4 * n * n));
        double scale = 1 + square / n;
        // at 0 and 1 the formula gives the edge itself, but for the last bit
        double low = p == 0 ? 0 : Math.max(0, (centre - spread) / scale);
        double high = p == 1 ? 1 : Math.min(1, (centre + spread) / scale);
        return new Interval(low, high);
    }
}
