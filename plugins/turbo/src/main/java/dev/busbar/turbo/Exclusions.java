package dev.busbar.turbo;

import dev.busbar.turbo.RowSummary.Exclusion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Adds up the rows that are left out of something, so that none is dropped silently. Used by one thread. */
final class Exclusions {
    private final Map<Reason, Exclusion> byReason = new EnumMap<>(Reason.class);

    /** Why a row is left out of what. */
    enum Reason {
        EMPTY_GROUP("empty protected attribute", "everything"),
        MISSING_GROUP("missing protected attribute", "everything"),
        EMPTY_DECISION("empty decision", "everything"),
        MISSING_DECISION("missing decision", "everything"),
        EMPTY_LABEL("empty label", "what needs a label"),
        MISSING_LABEL("missing label", "what needs a label"),
        EMPTY_STRATUM("empty stratum", "what is compared by stratum"),
        MISSING_STRATUM("missing stratum", "what is compared by stratum");

        private final String text;
        private final String from;

        Reason(String text, String from) {
            this.text = text;
            this.from = from;
        }
    }

    void add(Reason reason, double weight) {
        byReason.merge(
                reason,
                new Exclusion(reason.text, reason.from, 1, weight),
                (sum, one) ->
                        new Exclusion(sum.reason(), sum.from(), sum.rows() + one.rows(), sum.weight() + one.weight()));
    }

    List<Exclusion> list() {
        return List.copyOf(byReason.values());
    }
}
