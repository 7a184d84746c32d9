package dev.busbar.turbo;

import dev.busbar.turbo.Audit.GroupResult;
import dev.busbar.turbo.StratumComparer.Pair;
import dev.busbar.turbo.statistics.Normal;
import dev.busbar.turbo.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the audit of counts.
 *
 * @param description what the table means
 * @param counts its counts
 * @param reference the privileged group
 * @param z the normal quantile of the confidence
 */
record Auditor(AuditDescription description, Counts counts, Group reference, double z) {
    static Audit audit(AuditDescription description, Counts counts) {
        Group reference = group(description.privileged(), counts.groups(), counts.weighting());
        return new Auditor(description, counts, reference, Normal.quantile(description.confidence())).audit();
    }

    private Audit audit() {
        List<Group> others = counts.groups().keySet().stream()
                .filter(name -> !name.equals(reference.name()))
                .map(name -> group(name, counts.groups(), counts.weighting()))
                .toList();
        List<GroupResult> results = new ArrayList<>();
        results.add(result(reference));
        others.forEach(group -> results.add(result(group)));
        return new Audit(
                description,
                counts.unfavourable(),
                counts.rows(),
                results,
                others.stream().map(this::compare).toList(),
                others.size() < 2 ? null : compareTogether(),
                notes(others));
    }

    private GroupResult result(Group group) {
        return new GroupResult(
                group.name(),
                group.name().equals(reference.name()),
                Selection.of(group, z),
                description.label() == null ? null : Confusion.of(group, z));
    }

    private Comparison compare(Group group) {
        return compare(group, groups -> group(group.name(), groups, counts.weighting()));
    }

    private Comparison compareTogether() {
        return compare(together(counts.groups()), this::together);
    }

    private Group together(Map<String, GroupCounts> groups) {
        GroupCounts others = Counts.allBut(reference.name(), groups);
        return new Group("all but " + reference.name(), others, counts.weighting());
    }

    private Comparison compare(Group group, Function<Map<String, GroupCounts>, Group> inStratum) {
        return new GroupComparer(description, reference, z).compare(group, stratified(group, inStratum));
    }

    private @Nullable Stratified stratified(Group group, Function<Map<String, GroupCounts>, Group> inStratum) {
        if (description.stratum() == null) {
            return null;
        }
        List<Pair> pairs = counts.strata().entrySet().stream()
                .map(stratum -> new Pair(
                        stratum.getKey(),
                        inStratum.apply(stratum.getValue()),
                        group(reference.name(), stratum.getValue(), counts.weighting())))
                .toList();
        return new StratumComparer(counts.weighting(), z).compare(pairs, group, reference);
    }

    private static Group group(String name, Map<String, GroupCounts> groups, Weighting weighting) {
        return new Group(name, groups.getOrDefault(name, GroupCounts.NONE), weighting);
    }

    private List<String> notes(List<Group> others) {
        List<String> notes = new ArrayList<>();
        if (others.isEmpty()) {
            notes.add("there is no group to compare with " + reference.name());
        }
        GroupCounts all = Counts.allBut(reference.name(), counts.groups()).plus(reference.counts());
        if (all.favourable().weight() == 0) {
            notes.add("no row has the favourable decision " + Texts.quoted(description.favourable()));
        }
        if (description.label() != null
                && all.truePositives().plus(all.falseNegatives()).weight() == 0) {
            notes.add("no row has the favourable label " + Texts.quoted(String.valueOf(description.favourableLabel())));
        }
        notes.addAll(counts.notes());
        return notes;
    }
}
