package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Proportion;

/** What the weights of a table are, which decides how much evidence they carry. */
enum Weighting {
    /** Each row is one observation. */
    ROWS("rows"),
    /** Each row stands for so many observations; all weights are whole numbers. */
    COUNTS("counts"),
    /** Some weight is not a whole number, so none is a count; intervals use the effective size. */
    SAMPLING_WEIGHTS("sampling weights");

    private final String text;

    Weighting(String text) {
        this.text = text;
    }

    /** The name that clients see. */
    String text() {
        return text;
    }

    /** The share of {@code part} in both together; {@code whole} says what they are, in words that follow "no …". */
    Proportion proportion(Amount part, Amount rest, String whole) {
        Amount all = part.plus(rest);
        return this == SAMPLING_WEIGHTS
                ? Proportion.ofWeights(part.weight(), all.weight(), all.squares(), whole)
                : Proportion.ofCounts(part.weight(), all.weight(), whole);
    }
}
