package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Significance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two groups held against each other within strata.
 *
 * @param strata how many strata there are
 * @param informativeStrata in how many both groups and both outcomes occur; the others say nothing of the odds ratio
 * @param oddsRatios what the strata say together
 * @param simpsonReversal whether all rows together favour one group, the strata the other; null when either is undefined
 * @param note what the two ways of looking say; null when they agree
 * @param perStratum each stratum
 */
record Stratified(
        int strata,
        long informativeStrata,
        OddsRatios oddsRatios,
        @Nullable Boolean simpsonReversal,
        @Nullable String note,
        List<StratumResult> perStratum) {
    /**
     * Odds ratios of the favourable outcome, in the direction of {@code mantelhaen.test}: the odds of the privileged
     * group over those of the compared one. Above 1 the privileged group is better off.
     *
     * @param common the Mantel-Haenszel odds ratio, with the interval of Robins, Breslow and Greenland
     * @param crude the odds ratio of the same rows without regard to strata, with Woolf's interval
     * @param test the Mantel-Haenszel test of whether the common odds ratio is 1
     * @param testWithContinuity the same with continuity correction
     */
    record OddsRatios(Contrast common, Contrast crude, Significance test, Significance testWithContinuity) {}

    /**
     * One stratum.
     *
     * @param stratum its name
     * @param selection how often the compared group is decided favourably in it
     * @param referenceSelection how often the privileged group is
     * @param statisticalParityDifference difference of the two rates
     * @param disparateImpact ratio of the two rates
     * @param selectionTest the test of whether they are the same
     */
    record StratumResult(
            String stratum,
            Selection selection,
            Selection referenceSelection,
            Contrast statisticalParityDifference,
            Contrast disparateImpact,
            Significance selectionTest) {}

    Stratified {
        perStratum = List.copyOf(perStratum);
    }
}
