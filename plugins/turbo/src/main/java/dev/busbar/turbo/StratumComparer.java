package dev.busbar.turbo;

import dev.busbar.turbo.Stratified.OddsRatios;
import dev.busbar.turbo.Stratified.StratumResult;
import dev.busbar.turbo.statistics.Katz;
import dev.busbar.turbo.statistics.Limits;
import dev.busbar.turbo.statistics.MantelHaenszel;
import dev.busbar.turbo.statistics.Measure;
import dev.busbar.turbo.statistics.Newcombe;
import dev.busbar.turbo.statistics.PooledZ;
import dev.busbar.turbo.statistics.Proportion;
import dev.busbar.turbo.statistics.Significance;
import dev.busbar.turbo.statistics.TwoByTwo;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a group against the privileged one within strata.
 *
 * @param weighting what the weights are
 * @param z the normal quantile of the confidence
 */
record StratumComparer(Weighting weighting, double z) {
    private static final String NOT_COUNTS = "its variance is known for counts, not for sampling weights";

    /**
     * One stratum.
     *
     * @param name the value of the stratum column
     * @param group the compared group in it
     * @param reference the privileged group in it
     */
    record Pair(String name, Group group, Group reference) {
        /** The privileged group comes first, which is the direction of the odds ratio. */
        TwoByTwo table() {
            return StratumComparer.table(reference.counts(), group.counts());
        }
    }

    Stratified compare(List<Pair> pairs, Group group, Group reference) {
        List<TwoByTwo> tables = pairs.stream().map(Pair::table).toList();
        TwoByTwo together = table(sum(pairs, Pair::reference), sum(pairs, Pair::group));
        Measure common = weighed(MantelHaenszel.oddsRatio(tables, z));
        Measure crude = weighed(MantelHaenszel.oddsRatio(List.of(together), z));
        return new Stratified(
                pairs.size(),
                tables.stream().filter(TwoByTwo::isInformative).count(),
                new OddsRatios(
                        Contrast.of(/* group= */ reference, /* reference= */ group, common),
                        Contrast.of(/* group= */ reference, /* reference= */ group, crude),
                        weighed(MantelHaenszel.test(tables)),
                        weighed(MantelHaenszel.testWithContinuity(tables))),
                reversal(common, crude),
                note(common, crude),
                pairs.stream().map(this::result).toList());
    }

    private StratumResult result(Pair pair) {
        Proportion rate = pair.group().selection();
        Proportion base = pair.reference().selection();
        return new StratumResult(
                pair.name(),
                Selection.of(pair.group(), z),
                Selection.of(pair.reference(), z),
                Contrast.of(pair.group(), pair.reference(), Newcombe.difference(rate, base, z)),
                Contrast.of(pair.group(), pair.reference(), Katz.ratio(rate, base, z)),
                PooledZ.orFisherExact(rate, base));
    }

    private static @Nullable Boolean reversal(Measure common, Measure crude) {
        Double within = common.value();
        Double overall = crude.value();
        if (within == null || overall == null) {
            return null;
        }
        return Limits.compare(within, 1) * Limits.compare(overall, 1) < 0;
    }

    private static @Nullable String note(Measure common, Measure crude) {
        boolean vanishes = !coversOne(crude) && coversOne(common);
        String vanishing = "the interval of the common odds ratio covers 1, so the strata together prove no gap";
        if (Boolean.TRUE.equals(reversal(common, crude))) {
            String reversed = "all rows together favour one group, the strata the other (Simpson's paradox)";
            return vanishes ? reversed + "; " + vanishing : reversed;
        }
        return vanishes ? "a gap over all rows, but " + vanishing : null;
    }

    private static boolean coversOne(Measure ratio) {
        Double low = ratio.low();
        Double high = ratio.high();
        return low != null && high != null && low <= 1 && high >= 1;
    }

    private Measure weighed(Measure ratio) {
        return weighting == Weighting.SAMPLING_WEIGHTS ? ratio.dropInterval(NOT_COUNTS) : ratio;
    }

    private Significance weighed(Significance test) {
        return weighting == Weighting.SAMPLING_WEIGHTS ? Significance.undefined(test.method(), NOT_COUNTS) : test;
    }

    private static GroupCounts sum(List<Pair> pairs, Function<Pair, Group> side) {
        return pairs.stream().map(side).map(Group::counts).reduce(GroupCounts.NONE, GroupCounts::plus);
    }

    private static TwoByTwo table(GroupCounts first, GroupCounts second) {
        return new TwoByTwo(
                first.favourable().weight(),
                first.unfavourable().weight(),
                second.favourable().weight(),
                second.unfavourable().weight());
    }
}
