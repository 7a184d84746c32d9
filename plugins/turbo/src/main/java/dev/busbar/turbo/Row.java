package dev.busbar.turbo;

import dev.busbar.turbo.text.Values;
import java.util.OptionalDouble;

/**
 * The fields of one row that an audit looks at, numbers in their {@linkplain Values#canonical canonical} form; empty where
 * the row has none or a blank one.
 *
 * @param group the value of the protected attribute
 * @param decision what was decided
 * @param label what was true
 * @param stratum what the row is held apart by
 * @param weight how much the row counts for
 */
record Row(String group, String decision, String label, String stratum, double weight) {
    /** Bounds what is kept of a table, since names of groups and strata are. */
    private static final int MAX_CHARACTERS = 200;

    private static final double LEAST_WEIGHT = 1e-12;
    private static final double MOST_WEIGHT = 1e12;

    static Row of(RowSource source, AuditDescription description) {
        return new Row(
                name(source, Member.PROTECTED_ATTRIBUTE),
                name(source, Member.DECISION),
                name(source, Member.LABEL),
                name(source, Member.STRATUM),
                description.weight() == null ? 1 : weight(source));
    }

    private static String name(RowSource source, Member column) {
        String text = source.text(column);
        if (text.length() > MAX_CHARACTERS) {
            throw source.misfit(column, "at most " + MAX_CHARACTERS + " characters");
        }
        return Values.isBlank(text) ? "" : Values.canonical(text);
    }

    private static double weight(RowSource source) {
        OptionalDouble weight = Values.number(source.text(Member.WEIGHT));
        double value = weight.orElse(-1);
        boolean fits = value == 0 || (value >= LEAST_WEIGHT && value <= MOST_WEIGHT);
        if (!fits) {
            throw source.misfit(Member.WEIGHT, "0, or a number from " + LEAST_WEIGHT + " to " + MOST_WEIGHT);
        }
        return value;
    }
}
