package dev.busbar.turbo;

import dev.busbar.plugin.ProblemException;
import dev.busbar.turbo.Exclusions.Reason;
import dev.busbar.turbo.GroupTally.Truth;
import dev.busbar.turbo.text.Texts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Adds up rows by stratum, group, decision and label while they are read. What it holds is bounded by the number of
 * groups and strata, never by that of rows. Used by the one thread that reads the table.
 */
final class RowCounter {
    static final int MAX_GROUPS = 100;
    static final int MAX_CELLS = 10_000;

    private static final String NO_STRATUM = "";
    private static final int MAX_DECISIONS_SHOWN = 20;

    private final AuditDescription description;
    private final Origin origin;
    private final Map<String, Map<String, GroupTally>> strata = new HashMap<>();
    private final TreeSet<String> groups = new TreeSet<>();
    private final TreeSet<String> unfavourable = new TreeSet<>();
    private final TreeSet<String> nearlyFavourable = new TreeSet<>();
    private final Exclusions exclusions = new Exclusions();
    private final MissingMarkers markers;
    private long read;
    private long counted;
    private double weight;
    private boolean whole = true;
    private boolean unfavourableLabels;

    RowCounter(AuditDescription description, Origin origin) {
        this.description = description;
        this.origin = origin;
        this.markers = new MissingMarkers(description);
    }

    /**
     * Adds a row.
     *
     * @throws ProblemException 422 when there are more groups or strata than an audit can answer for
     */
    void add(Row row) {
        read++;
        whole &= Math.rint(row.weight()) == row.weight();
        if (isAbsent(Member.PROTECTED_ATTRIBUTE, row.group(), Reason.EMPTY_GROUP, Reason.MISSING_GROUP, row)
                || isAbsent(Member.DECISION, row.decision(), Reason.EMPTY_DECISION, Reason.MISSING_DECISION, row)) {
            return;
        }
        counted++;
        weight += row.weight();
        boolean favourable = row.decision().equals(description.favourable());
        if (!favourable) {
            remember(row.decision());
        }
        tally(stratum(row), row.group()).add(favourable, truth(row), row.weight());
    }

    /** Whether a row has no value in a column, neither a text nor a number; the row is then reported as excluded. */
    private boolean isAbsent(Member column, String value, Reason empty, Reason missing, Row row) {
        if (value.isEmpty()) {
            exclusions.add(empty, row.weight());
            return true;
        }
        if (markers.isMarker(column, value)) {
            exclusions.add(missing, row.weight());
            return true;
        }
        return false;
    }

    /**
     * What was added.
     *
     * @throws ProblemException 422 when there was no row, or none of the privileged group, or when the only decisions or
     *     labels beside the favourable one look like markers of a missing value
     */
    Counts counts() {
        if (read == 0) {
            throw ProblemException.invalid("", "no rows (expected: at least one below the header)");
        }
        if (!groups.contains(description.privileged())) {
            throw ProblemException.invalid(
                    origin.pointer(Member.PRIVILEGED),
                    "no row of the group " + Texts.quoted(description.privileged()) + "; the groups in column "
                            + Texts.quoted(description.protectedAttribute()) + " are: " + Texts.list(groups));
        }
        requireAnother(Member.DECISION, !unfavourable.isEmpty());
        requireAnother(Member.LABEL, unfavourableLabels);
        SortedMap<String, SortedMap<String, GroupCounts>> byStratum = new TreeMap<>();
        strata.forEach((name, tallies) -> {
            SortedMap<String, GroupCounts> stratum = new TreeMap<>();
            tallies.forEach((group, tally) -> stratum.put(group, tally.counts()));
            byStratum.put(name, stratum);
        });
        SortedMap<String, GroupCounts> total = Counts.total(byStratum.values());
        byStratum.remove(NO_STRATUM);
        Weighting weighting = weighting();
        RowSummary rows = new RowSummary(read, counted, weight, weighting.text(), exclusions.list());
        return new Counts(rows, weighting, total, byStratum, List.copyOf(unfavourable), notes());
    }

    /** Without those markers every rate would be 1, so what stands for the unfavourable outcome must not look like one. */
    private void requireAnother(Member column, boolean hasAnother) {
        String found = markers.of(column);
        if (!hasAnother && !found.isEmpty()) {
            throw ProblemException.invalid(
                    origin.pointer(column),
                    "column " + Texts.quoted(String.valueOf(description.column(column))) + ": beside "
                            + Texts.quoted(String.valueOf(description.named(column)))
                            + " there are only markers of a missing value: " + found
                            + " (expected: another name where one is a value, or a table without these rows)");
        }
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(markers.notes());
        if (!nearlyFavourable.isEmpty()) {
            notes.add("decisions that differ from the favourable " + Texts.quoted(description.favourable())
                    + " only in case or blanks count as unfavourable: " + Texts.list(nearlyFavourable));
        }
        return notes;
    }

    private Weighting weighting() {
        if (description.weight() == null) {
            return Weighting.ROWS;
        }
        return whole ? Weighting.COUNTS : Weighting.SAMPLING_WEIGHTS;
    }

    private String stratum(Row row) {
        if (description.stratum() == null
                || isAbsent(Member.STRATUM, row.stratum(), Reason.EMPTY_STRATUM, Reason.MISSING_STRATUM, row)) {
            return NO_STRATUM;
        }
        return row.stratum();
    }

    private Truth truth(Row row) {
        if (description.label() == null) {
            return Truth.UNKNOWN;
        }
        if (isAbsent(Member.LABEL, row.label(), Reason.EMPTY_LABEL, Reason.MISSING_LABEL, row)) {
            return Truth.UNKNOWN;
        }
        boolean favourable = row.label().equals(description.favourableLabel());
        unfavourableLabels |= !favourable;
        return favourable ? Truth.FAVOURABLE : Truth.UNFAVOURABLE;
    }

    /** The smallest few, so that the order of rows changes nothing. */
    private void remember(String decision) {
        if (unfavourable.add(decision)
                && decision.strip().equalsIgnoreCase(description.favourable().strip())) {
            nearlyFavourable.add(decision);
            limit(nearlyFavourable);
        }
        limit(unfavourable);
    }

    private static void limit(NavigableSet<String> decisions) {
        if (decisions.size() > MAX_DECISIONS_SHOWN) {
            decisions.pollLast();
        }
    }

    private GroupTally tally(String stratum, String group) {
        Map<String, GroupTally> tallies = strata.computeIfAbsent(stratum, name -> new HashMap<>());
        GroupTally tally = tallies.get(group);
        if (tally == null) {
            refuseTooMany(group);
            tally = new GroupTally();
            tallies.put(group, tally);
        }
        return tally;
    }

    private void refuseTooMany(String group) {
        groups.add(group);
        if (groups.size() > MAX_GROUPS) {
            throw ProblemException.invalid(
                    origin.pointer(Member.PROTECTED_ATTRIBUTE),
                    "column " + Texts.quoted(description.protectedAttribute()) + " has more than " + MAX_GROUPS
                            + " groups (expected: a column with few values)");
        }
        // The response has a row for each stratum of each group, whether or not both occur together.
        if ((long) strata.size() * groups.size() > MAX_CELLS) {
            throw ProblemException.invalid(
                    origin.pointer(Member.STRATUM),
                    "column " + Texts.quoted(String.valueOf(description.stratum())) + " makes more than " + MAX_CELLS
                            + " pairs of stratum and group (expected: a column with few values)");
        }
    }
}
