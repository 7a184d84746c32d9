package dev.busbar.turbo;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is left of a table after reading: its counts. Immutable.
 *
 * @param rows how many rows there were, what became of them
 * @param weighting what their weights are
 * @param groups the counts of each group, by name
 * @param strata the counts of each group in each stratum, by name; empty without a stratum column
 * @param unfavourable the decisions that counted as unfavourable: the first few in alphabetical order
 * @param notes what a reader should know of the values of the table
 */
record Counts(
        RowSummary rows,
        Weighting weighting,
        SortedMap<String, GroupCounts> groups,
        SortedMap<String, SortedMap<String, GroupCounts>> strata,
        List<String> unfavourable,
        List<String> notes) {

    Counts {
        notes = List.copyOf(notes);
        groups = Collections.unmodifiableSortedMap(groups);
        strata = Collections.unmodifiableSortedMap(strata);
        unfavourable = List.copyOf(unfavourable);
    }

    /** All groups but one as a single group. */
    static GroupCounts allBut(String group, Map<String, GroupCounts> groups) {
        return groups.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(group))
                .map(Map.Entry::getValue)
                .reduce(GroupCounts.NONE, GroupCounts::plus);
    }

    /** The groups of all strata together. */
    static SortedMap<String, GroupCounts> total(Iterable<? extends Map<String, GroupCounts>> strata) {
        SortedMap<String, GroupCounts> total = new TreeMap<>();
        for (Map<String, GroupCounts> stratum : strata) {
            stratum.forEach((group, counts) -> total.merge(group, counts, GroupCounts::plus));
        }
        return total;
    }
}
