package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Katz;
import dev.busbar.turbo.statistics.Measure;
import dev.busbar.turbo.statistics.Mover;
import dev.busbar.turbo.statistics.Newcombe;
import dev.busbar.turbo.statistics.PooledZ;
import dev.busbar.turbo.statistics.Proportion;
import dev.busbar.turbo.statistics.Significance;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds a group against the privileged one, over all rows.
 *
 * @param description says whether there are labels, and the confidence
 * @param reference the privileged group
 * @param z the normal quantile of the confidence
 */
record GroupComparer(AuditDescription description, Group reference, double z) {
    Comparison compare(Group group, @Nullable Stratified stratified) {
        Proportion selection = group.selection();
        Proportion base = reference.selection();
        Measure impact = Katz.ratio(selection, base, z);
        Significance test = PooledZ.orFisherExact(selection, base);
        return new Comparison(
                group.name(),
                reference.name(),
                Contrast.of(group, reference, Newcombe.difference(selection, base, z)),
                Contrast.of(group, reference, impact),
                FourFifths.judge(group, reference, impact, test, 1 - description.confidence()),
                test,
                labelled(group, () -> difference(group, Group::truePositiveRate)),
                labelled(group, () -> averageOdds(group)),
                labelled(group, () -> difference(group, Group::positivePredictiveValue)),
                stratified);
    }

    private Contrast labelled(Group group, Supplier<Measure> measure) {
        Measure result = description.label() == null ? Measure.undefined("no label column was named") : measure.get();
        return Contrast.of(group, reference, result);
    }

    private Measure difference(Group group, Function<Group, Proportion> rate) {
        return Newcombe.difference(rate.apply(group), rate.apply(reference), z);
    }

    /** The four rates rest on different rows, so they are independent as MOVER demands. */
    private Measure averageOdds(Group group) {
        return Mover.combination(
                List.of(
                        new Mover.Term(0.5, group.falsePositiveRate()),
                        new Mover.Term(-0.5, reference.falsePositiveRate()),
                        new Mover.Term(0.5, group.truePositiveRate()),
                        new Mover.Term(-0.5, reference.truePositiveRate())),
                z);
    }
}
