package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Proportion;

/**
 * A group with its rates. The favourable outcome is the positive one.
 *
 * @param name the value of the protected attribute
 * @param counts its rows
 * @param weighting what their weights are
 */
record Group(String name, GroupCounts counts, Weighting weighting) {
    /** Favourable decisions of all decisions. */
    Proportion selection() {
        return share(counts.favourable(), counts.unfavourable(), "");
    }

    /** Favourable decisions of those whom the label favours (sensitivity). */
    Proportion truePositiveRate() {
        return share(counts.truePositives(), counts.falseNegatives(), " with a favourable label");
    }

    /** Favourable decisions of those whom the label does not favour. */
    Proportion falsePositiveRate() {
        return share(counts.falsePositives(), counts.trueNegatives(), " with an unfavourable label");
    }

    /** Unfavourable decisions of those whom the label favours. */
    Proportion falseNegativeRate() {
        return share(counts.falseNegatives(), counts.truePositives(), " with a favourable label");
    }

    /** Favourable labels of those decided favourably (precision). */
    Proportion positivePredictiveValue() {
        return share(counts.truePositives(), counts.falsePositives(), " with a label and a favourable decision");
    }

    /** Unfavourable labels of those decided unfavourably. */
    Proportion negativePredictiveValue() {
        return share(counts.trueNegatives(), counts.falseNegatives(), " with a label and an unfavourable decision");
    }

    private Proportion share(Amount part, Amount rest, String condition) {
        return weighting.proportion(part, rest, "rows of " + name + condition);
    }
}
