package dev.busbar.turbo.statistics;

/**
 * A share of a whole, as counts.
 *
 * <p>With sampling weights the whole carries less evidence than its weight. Limits and tests then use the effective
 * sample size in place of the count, the rate staying as it is: (sum of weights)² / sum of squared weights (Kish 1965,
 * Survey Sampling, section 11.7), put into Wilson's interval as in Franco et al. 2019, J. Survey Statistics and
 * Methodology 7:334. It is an approximation that leaves clusters and post-stratification out of account.
 *
 * @param successes the weight of the part, from 0 to {@code total}
 * @param total the weight of the whole
 * @param effectiveTotal how many independent observations the whole is worth
 * @param whole what the whole consists of, in words that follow "no …"
 */
public record Proportion(double successes, double total, double effectiveTotal, String whole) {
    /** A share of counted rows. */
    public static Proportion of(double successes, double total) {
        return new Proportion(successes, total, total, "rows");
    }

    /** A share of counted things. */
    public static Proportion ofCounts(double successes, double total, String whole) {
        return new Proportion(successes, total, total, whole);
    }

    /** A share of rows with sampling weights; {@code squares} is the sum of the squared weights of the whole. */
    public static Proportion ofWeights(double successes, double total, double squares, String whole) {
        return new Proportion(successes, total, total == 0 ? 0 : total * total / squares, whole);
    }

    /** Whether there is nothing to divide by. */
    public boolean isEmpty() {
        return total == 0;
    }

    /** The share: NaN when there is nothing to divide by. */
    public double rate() {
        return successes / total;
    }

    /** Why there is no rate, for {@link #isEmpty() empty} ones. */
    String emptiness() {
        return "no " + whole;
    }

    /** Whether it is a share of counted things: a whole number of them, each worth one observation. */
    boolean isCount() {
        return effectiveTotal == total && Math.rint(total) == total && Math.rint(successes) == successes;
    }

    double effectiveSuccesses() {
        return rate() * effectiveTotal;
    }
}
