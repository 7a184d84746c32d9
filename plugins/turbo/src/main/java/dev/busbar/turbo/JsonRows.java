package dev.busbar.turbo;

import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts the rows of a JSON body. A missing member is an empty field. */
final class JsonRows {
    /** Up to here a double holds every whole number. */
    private static final double MOST_EXACT = 1L << 53;

    private JsonRows() {}

    /**
     * Returns when all rows are counted.
     *
     * @throws ProblemException 422 with the pointer of the member that does not fit
     */
    static void read(
            @Nullable List<@Nullable Map<String, @Nullable Object>> rows,
            AuditDescription description,
            RowCounter counter) {
        if (rows == null || rows.isEmpty()) {
            throw ProblemException.invalid("/rows", "no rows (expected: at least one)");
        }
        Set<String> columns = new TreeSet<>();
        for (int i = 0; i < rows.size(); i++) {
            Map<String, @Nullable Object> row = rows.get(i);
            if (row == null) {
                throw ProblemException.invalid("/rows/" + i, "null (expected: an object)");
            }
            columns.addAll(row.keySet());
        }
        Columns.require(description, columns, Origin.BODY);
        for (int i = 0; i < rows.size(); i++) {
            Map<String, @Nullable Object> row = rows.get(i);
            counter.add(Row.of(new Source(i, row == null ? Map.of() : row, description), description));
        }
    }

    private record Source(int index, Map<String, @Nullable Object> row, AuditDescription description)
            implements RowSource {

        @Override
        public String text(Member column) {
            String name = description.column(column);
            Object value = name == null ? null : row.get(name);
            if (value == null) {
                return "";
            }
            if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < MOST_EXACT) {
                return Long.toString(number.longValue()); // 1.0 and 1 are the same number in JSON
            }
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                return value.toString();
            }
            throw problem(column, "an object or array", "a string, number, boolean or null");
        }

        @Override
        public ProblemException misfit(Member column, String expected) {
            return problem(column, Texts.quoted(text(column)), expected);
        }

        private ProblemException problem(Member column, String value, String expected) {
            String name = String.valueOf(description.column(column));
            String pointer = "/rows/" + index + "/" + name.replace("~", "~0").replace("/", "~1");
            return ProblemException.invalid(pointer, pointer + ": " + value + " (expected: " + expected + ")");
        }
    }
}
