package dev.busbar.turbo;

import dev.busbar.turbo.text.Texts;
import dev.busbar.turbo.text.Values;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts the markers of missing values by column, so that a reader sees what was not taken as a value. A value that the
 * description names is a value, whatever it looks like. Used by the one thread that reads the table.
 */
final class MissingMarkers {
    private static final int MAX_SHOWN = 20;

    private final AuditDescription description;
    private final Map<Member, TreeMap<String, Long>> byColumn = new EnumMap<>(Member.class);

    MissingMarkers(AuditDescription description) {
        this.description = description;
    }

    /** Whether a value of a column is a marker, which is then counted. */
    boolean isMarker(Member column, String value) {
        if (!Values.isMissing(value) || value.equals(description.named(column))) {
            return false;
        }
        TreeMap<String, Long> markers = byColumn.computeIfAbsent(column, member -> new TreeMap<>());
        markers.merge(value, 1L, Long::sum);
        if (markers.size() > MAX_SHOWN) {
            markers.pollLastEntry();
        }
        return true;
    }

    /** The markers of a column with their rows, in words; empty when there are none. */
    String of(Member column) {
        return byColumn.getOrDefault(column, new TreeMap<>()).entrySet().stream()
                .map(marker -> Texts.quoted(marker.getKey()) + " (rows: " + marker.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    /** A sentence for each column with markers. */
    List<String> notes() {
        return byColumn.keySet().stream()
                .map(column -> "column " + Texts.quoted(String.valueOf(description.column(column)))
                        + ": markers of a missing value, excluded as such: " + of(column)
                        + "; where one is a value, give it another name")
                .toList();
    }
}
