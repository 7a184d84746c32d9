package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Measure;
import dev.busbar.turbo.statistics.Wilson;

/**
 * How the decisions on a group agree with its labels; the favourable outcome is the positive one. Rates have Wilson's
 * interval.
 *
 * @param truePositives favourable decision, favourable label
 * @param falsePositives favourable decision, unfavourable label
 * @param trueNegatives unfavourable decision, unfavourable label
 * @param falseNegatives unfavourable decision, favourable label
 * @param rates what follows from them
 */
record Confusion(
        double truePositives, double falsePositives, double trueNegatives, double falseNegatives, Rates rates) {
    /**
     * The rates of a confusion table.
     *
     * @param truePositiveRate TP / (TP + FN)
     * @param falsePositiveRate FP / (FP + TN)
     * @param falseNegativeRate FN / (TP + FN)
     * @param positivePredictiveValue TP / (TP + FP)
     * @param negativePredictiveValue TN / (TN + FN)
     */
    record Rates(
            Measure truePositiveRate,
            Measure falsePositiveRate,
            Measure falseNegativeRate,
            Measure positivePredictiveValue,
            Measure negativePredictiveValue) {}

    static Confusion of(Group group, double z) {
        GroupCounts counts = group.counts();
        return new Confusion(
                counts.truePositives().weight(),
                counts.falsePositives().weight(),
                counts.trueNegatives().weight(),
                counts.falseNegatives().weight(),
                new Rates(
                        Wilson.rate(group.truePositiveRate(), z),
                        Wilson.rate(group.falsePositiveRate(), z),
                        Wilson.rate(group.falseNegativeRate(), z),
                        Wilson.rate(group.positivePredictiveValue(), z),
                        Wilson.rate(group.negativePredictiveValue(), z)));
    }
}
