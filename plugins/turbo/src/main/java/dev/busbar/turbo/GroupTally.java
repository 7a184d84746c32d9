package dev.busbar.turbo;

import java.util.EnumMap;
import java.util.Map;

/** Adds up the rows of one group in one stratum. Used by the one thread that reads the table. */
final class GroupTally {
    /** The label of a row. */
    enum Truth {
        FAVOURABLE,
        UNFAVOURABLE,
        UNKNOWN
    }

    private final Map<Truth, Amount> favourable = new EnumMap<>(Truth.class);
    private final Map<Truth, Amount> unfavourable = new EnumMap<>(Truth.class);

    void add(boolean favourableDecision, Truth truth, double weight) {
        (favourableDecision ? favourable : unfavourable).merge(truth, Amount.of(weight), Amount::plus);
    }

    GroupCounts counts() {
        return new GroupCounts(
                favourable.getOrDefault(Truth.FAVOURABLE, Amount.NONE),
                favourable.getOrDefault(Truth.UNFAVOURABLE, Amount.NONE),
                unfavourable.getOrDefault(Truth.FAVOURABLE, Amount.NONE),
                unfavourable.getOrDefault(Truth.UNFAVOURABLE, Amount.NONE),
                favourable.getOrDefault(Truth.UNKNOWN, Amount.NONE),
                unfavourable.getOrDefault(Truth.UNKNOWN, Amount.NONE));
    }
}
