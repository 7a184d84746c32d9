package dev.busbar.turbo;

/**
 * The rows of one group by decision and label; the favourable outcome is the positive one.
 *
 * @param truePositives favourable decision, favourable label
 * @param falsePositives favourable decision, unfavourable label
 * @param falseNegatives unfavourable decision, favourable label
 * @param trueNegatives unfavourable decision, unfavourable label
 * @param unlabelledFavourable favourable decision, no label
 * @param unlabelledUnfavourable unfavourable decision, no label
 */
record GroupCounts(
        Amount truePositives,
        Amount falsePositives,
        Amount falseNegatives,
        Amount trueNegatives,
        Amount unlabelledFavourable,
        Amount unlabelledUnfavourable) {
    static final GroupCounts NONE =
            new GroupCounts(Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE);

    GroupCounts plus(GroupCounts other) {
        return new GroupCounts(
                truePositives.plus(other.truePositives),
                falsePositives.plus(other.falsePositives),
                falseNegatives.plus(other.falseNegatives),
                trueNegatives.plus(other.trueNegatives),
                unlabelledFavourable.plus(other.unlabelledFavourable),
                unlabelledUnfavourable.plus(other.unlabelledUnfavourable));
    }

    Amount favourable() {
        return truePositives.plus(falsePositives).plus(unlabelledFavourable);
    }

    Amount unfavourable() {
        return trueNegatives.plus(falseNegatives).plus(unlabelledUnfavourable);
    }
}
