package dev.busbar.turbo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an audit: the rates of the groups of a table.
 *
 * @param description the table as it was understood
 * @param unfavourable the decisions that counted as unfavourable; at most 20, the first in alphabetical order
 * @param rows what became of the rows
 * @param groups each group, the privileged one first
 * @param comparisons each other group against the privileged one
 * @param othersTogether all other groups as one against the privileged one; null when there is one or none
 * @param notes what a reader should know before the numbers; empty when there is nothing to say
 */
record Audit(
        AuditDescription description,
        List<String> unfavourable,
        RowSummary rows,
        List<GroupResult> groups,
        List<Comparison> comparisons,
        @Nullable Comparison othersTogether,
        List<String> notes) {
    /**
     * One group.
     *
     * @param group its name
     * @param privileged whether the others are compared with it
     * @param selection how often it is decided favourably
     * @param confusion how its decisions agree with its labels; null without a label column
     */
    record GroupResult(
            String group,
            boolean privileged,
            Selection selection,
            @Nullable Confusion confusion) {}

    Audit {
        unfavourable = List.copyOf(unfavourable);
        groups = List.copyOf(groups);
        comparisons = List.copyOf(comparisons);
        notes = List.copyOf(notes);
    }
}
