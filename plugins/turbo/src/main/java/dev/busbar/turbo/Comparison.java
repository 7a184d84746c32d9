package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Significance;
import org.jspecify.annotations.Nullable;

/**
 * A group held against the privileged one, the reference. Differences are group minus reference, ratios group over
 * reference, so below 0 and below 1 the group is worse off.
 *
 * @param group the group
 * @param reference the privileged group
 * @param statisticalParityDifference difference of the selection rates (Dwork et al. 2012), Newcombe's interval
 * @param disparateImpact ratio of the selection rates (Feldman et al. 2015), Katz's interval
 * @param fourFifths what the four-fifths rule makes of that ratio
 * @param selectionTest the test of whether the selection rates are the same
 * @param equalOpportunityDifference difference of the true positive rates (Hardt et al. 2016), Newcombe's interval
 * @param averageOddsDifference mean of the differences of true and false positive rates (AIF360), interval by MOVER
 * @param predictiveParityDifference difference of the positive predictive values (Chouldechova 2017), Newcombe's
 *     interval
 * @param stratified the same groups held against each other within strata; null without a stratum column
 */
record Comparison(
        String group,
        String reference,
        Contrast statisticalParityDifference,
        Contrast disparateImpact,
        FourFifths fourFifths,
        Significance selectionTest,
        Contrast equalOpportunityDifference,
        Contrast averageOddsDifference,
        Contrast predictiveParityDifference,
        @Nullable Stratified stratified) {}
