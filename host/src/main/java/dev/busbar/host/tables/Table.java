package dev.busbar.host.tables;

import java.util.List;
import java.util.Optional;

/** A table of the store with its columns. Immutable. */
public final class Table {
    private static final int FEW_ROWS = 16;
    private static final int MANY_ROWS = 500;

    private final String name;
    private final List<Column> columns;

    /** @param columns in the order of their names, which is the same for all vendors */
    Table(String name, List<Column> columns) {
        this.name = name;
        this.columns = List.copyOf(columns);
    }

    /** The name. */
    public String name() {
        return name;
    }

    List<Column> columns() {
        return columns;
    }

    Optional<Column> column(String wanted) {
        return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
    }

    /** How many rows are read at once: all of them are in memory. */
    int fetchSize() {
        return columns.stream().anyMatch(Column::isLong) ? FEW_ROWS : MANY_ROWS;
    }

    String quotedName() {
        return quote(name);
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return "table " + name;
    }
}
