package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Limits;
import dev.busbar.turbo.statistics.Measure;
import dev.busbar.turbo.statistics.Proportion;
import dev.busbar.turbo.statistics.Significance;
import dev.busbar.turbo.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of the four-fifths rule (29 CFR 1607.4 D): a selection rate of less than 4/5 of the reference's is taken
 * as adverse impact. A ratio of few people proves nothing, nor does a large one excuse a difference that is surely
 * there, so the interval and the test have their say.
 *
 * @param limit the ratio below which the rule is broken
 * @param verdict {@code violation}: the whole interval is below the limit; {@code suspicion}: the ratio is, its
 *     interval is not; {@code fine}: the ratio is not; {@code insufficient-data}: the ratio is undefined, or a group
 *     has fewer than 30 observations
 * @param note what else is to be said; null when nothing is
 */
record FourFifths(double limit, String verdict, @Nullable String note) {
    static final double LIMIT = 0.8;
    static final double LEAST_SIZE = 30;

    private static final int NUMERATOR = 4;
    private static final int DENOMINATOR = 5;

    private enum Verdict {
        VIOLATION("violation"),
        SUSPICION("suspicion"),
        FINE("fine"),
        INSUFFICIENT_DATA("insufficient-data");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }
    }

    static FourFifths judge(Group group, Group reference, Measure ratio, Significance test, double level) {
        Verdict verdict = verdict(group.selection(), reference.selection(), ratio);
        List<String> notes =
                switch (verdict) {
                    case VIOLATION -> List.<String>of();
                    case SUSPICION ->
                        List.of("the ratio is below four fifths, but its interval reaches "
                                + "0.8 or more: these rows do not prove a violation");
                    case INSUFFICIENT_DATA -> List.of(shortage(group, reference, ratio));
                    case FINE -> notesInside(group, reference, ratio, test, level);
                };
        return new FourFifths(LIMIT, verdict.text, notes.isEmpty() ? null : String.join("; ", notes));
    }

    private static Verdict verdict(Proportion group, Proportion reference, Measure ratio) {
        Double value = ratio.value();
        Double high = ratio.high();
        double size = Math.min(group.effectiveTotal(), reference.effectiveTotal());
        if (value == null || Limits.compare(size, LEAST_SIZE) < 0) {
            return Verdict.INSUFFICIENT_DATA;
        }
        if (high != null && high < LIMIT) {
            return Verdict.VIOLATION;
        }
        return isBelow(group, reference) ? Verdict.SUSPICION : Verdict.FINE;
    }

    private static boolean isBelow(Proportion group, Proportion reference) {
        return Limits.compareRatio(group, reference, NUMERATOR, DENOMINATOR) < 0;
    }

    private static String shortage(Group group, Group reference, Measure ratio) {
        if (ratio.value() == null) {
            return "the ratio is undefined: " + ratio.reason();
        }
        return "fewer than " + Texts.number(LEAST_SIZE) + " observations in a group: " + group.name() + " has "
                + Texts.number(group.selection().effectiveTotal()) + ", " + reference.name() + " has "
                + Texts.number(reference.selection().effectiveTotal());
    }

    private static List<String> notesInside(
            Group group, Group reference, Measure ratio, Significance test, double level) {
        List<String> notes = new ArrayList<>();
        Double low = ratio.low();
        if (test.significantAt(level)) {
            notes.add(String.format(
                    Locale.ROOT,
                    "the ratio is inside four fifths, but the difference is statistically significant (p = %.3g): "
                            + "small, yet unlikely to be chance",
                    test.p()));
        }
        if (low != null && low < LIMIT) {
            notes.add("the interval reaches below 0.8, so a violation is not excluded");
        }
        if (isBelow(reference.selection(), group.selection())) {
            notes.add("the other way round the rule is broken: " + reference.name()
                    + " is selected at less than four fifths of the rate of " + group.name());
        }
        return notes;
    }
}
