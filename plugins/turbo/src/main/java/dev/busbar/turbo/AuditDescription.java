package dev.busbar.turbo;

import org.jspecify.annotations.Nullable;

/**
 * What the columns of a table mean.
 *
 * @param protectedAttribute the column that says which group a row belongs to
 * @param privileged the group that the others are compared with
 * @param decision the column with what was decided or predicted
 * @param favourable the value of {@code decision} that people wish for; every other value is unfavourable
 * @param label the column with what was true; null when there is none
 * @param favourableLabel the value of {@code label} that goes with {@code favourable}; null without a label
 * @param weight the column that says how much a row counts for; null when each counts once
 * @param stratum the column whose values are held apart before groups are compared; null when there is none
 * @param confidence the coverage of every interval; 1 minus it is the level of significance
 */
record AuditDescription(
        String protectedAttribute,
        String privileged,
        String decision,
        String favourable,
        @Nullable String label,
        @Nullable String favourableLabel,
        @Nullable String weight,
        @Nullable String stratum,
        double confidence) {

    /** The name of the column that a member names; null when it names none. */
    @Nullable String column(Member member) {
        return switch (member) {
            case PROTECTED_ATTRIBUTE -> protectedAttribute;
            case DECISION -> decision;
            case LABEL -> label;
            case WEIGHT -> weight;
            case STRATUM -> stratum;
            case PRIVILEGED, FAVOURABLE, FAVOURABLE_LABEL, CONFIDENCE -> null;
        };
    }

    /** The value of a column that the description names; null when it names none. */
    @Nullable String named(Member column) {
        return switch (column) {
            case PROTECTED_ATTRIBUTE -> privileged;
            case DECISION -> favourable;
            case LABEL -> favourableLabel;
            case PRIVILEGED, FAVOURABLE, FAVOURABLE_LABEL, WEIGHT, STRATUM, CONFIDENCE -> null;
        };
    }
}
