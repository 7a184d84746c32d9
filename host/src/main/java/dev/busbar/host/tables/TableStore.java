package dev.busbar.host.tables;

import dev.busbar.host.store.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All tables of the store but that of the migrations, which says what the schema is. Found in the schema itself. Stateless;
 * each method uses the transaction that it is given.
 */
public final class TableStore {
    private static final String MIGRATIONS = "flyway_schema_history";

    private TableStore() {}

    /** Takes a row, as a line of JSON without its end. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the next row. */
        void row(byte[] line) throws IOException;
    }

    /** The tables, in an order in which each follows those that it refers to. */
    public static List<Table> tables(Transaction transaction) {
        try {
            Connection connection = transaction.handle().getConnection();
            Map<String, Table> all = new TreeMap<>();
            for (String name : names(connection)) {
                all.put(name, new Table(name, columns(connection, name)));
            }
            List<Table> ordered = new ArrayList<>();
            Set<String> done = new TreeSet<>();
            for (String name : all.keySet()) {
                follow(connection, name, all, done, ordered);
            }
            return ordered;
        } catch (SQLException e) {
            throw failed("the tables of the store cannot be listed", e);
        }
    }

    private static void follow(
            Connection connection, String name, Map<String, Table> all, Set<String> done, List<Table> ordered)
            throws SQLException {
        Table table = all.get(name);
        if (table == null || !done.add(name)) {
            return;
        }
        for (String referred : referred(connection, name)) {
            follow(connection, referred, all, done, ordered);
        }
        ordered.add(table);
    }

    private static Set<String> names(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), null, new String[] {"TABLE", "BASE TABLE"})) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
        }
        names.remove(MIGRATIONS);
        return names;
    }

    private static List<Column> columns(Connection connection, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (ResultSet rows = metaData(connection)
                .getColumns(connection.getCatalog(), connection.getSchema(), escaped(connection, table), null)) {
            while (rows.next()) {
                int type = rows.getInt("DATA_TYPE");
                columns.add(new Column(
                        rows.getString("COLUMN_NAME"), type, Column.Kind.of(type, rows.getString("TYPE_NAME"))));
            }
        }
        columns.sort(Comparator.comparing(Column::name));
        return columns;
    }

    private static Set<String> referred(Connection connection, String table) throws SQLException {
        Set<String> referred = new TreeSet<>();
        try (ResultSet rows =
                metaData(connection).getImportedKeys(connection.getCatalog(), connection.getSchema(), table)) {
            while (rows.next()) {
                referred.add(rows.getString("PKTABLE_NAME"));
            }
        }
        return referred;
    }

    private static DatabaseMetaData metaData(Connection connection) throws SQLException {
        return connection.getMetaData();
    }

    /** A name as a pattern that matches itself only: an underscore would match any letter. */
    private static String escaped(Connection connection, String name) throws SQLException {
        String escape = metaData(connection).getSearchStringEscape();
        return name.replace("_", escape + "_");
    }

    /**
     * Reads all rows of a table, in any order.
     *
     * @throws IOException that of the sink
     */
    public static void read(Transaction transaction, Table table, Sink sink) throws IOException {
        String columns = table.columns().stream()
                .map(column -> Table.quote(column.name()))
                .collect(Collectors.joining(", "));
        try (Statement statement = transaction.handle().getConnection().createStatement()) {
            statement.setFetchSize(table.fetchSize());
            try (ResultSet rows = statement.executeQuery("select " + columns + " from " + table.quotedName())) {
                Map<String, @Nullable Object> row = new HashMap<>();
                while (rows.next()) {
                    for (Column column : table.columns()) {
                        row.put(column.name(), value(rows, column).orElse(null));
                    }
                    sink.row(RowJson.encode(table, row));
                }
            }
        } catch (SQLException e) {
            throw failed(table + " cannot be read", e);
        }
    }

    private static Optional<Object> value(ResultSet rows, Column column) throws SQLException {
        String name = column.name();
        Object value =
                switch (column.kind()) {
                    case TEXT -> rows.getString(name);
                    case INTEGER -> rows.getLong(name);
                    case DECIMAL -> rows.getBigDecimal(name);
                    case BOOLEAN -> rows.getBoolean(name);
                    case BYTES -> rows.getBytes(name);
                    case INSTANT -> rows.getObject(name, OffsetDateTime.class);
                };
        if (value == null || rows.wasNull()) {
            return Optional.empty();
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(time.toInstant());
        }
        return Optional.of(
                value instanceof BigDecimal number ? number.stripTrailingZeros().toPlainString() : value);
    }

    /**
     * Inserts rows.
     *
     * @throws IOException when a line is no row of the table
     */
    public static void insert(Transaction transaction, Table table, List<byte[]> lines) throws IOException {
        Map<Set<String>, List<Map<String, @Nullable Object>>> alike = new LinkedHashMap<>();
        for (byte[] line : lines) {
            Map<String, @Nullable Object> row = RowJson.decode(table, line);
            alike.computeIfAbsent(row.keySet(), columns -> new ArrayList<>()).add(row);
        }
        for (Map.Entry<Set<String>, List<Map<String, @Nullable Object>>> rows : alike.entrySet()) {
            insert(transaction, table, List.copyOf(rows.getKey()), rows.getValue());
        }
    }

    private static void insert(
            Transaction transaction, Table table, List<String> names, List<Map<String, @Nullable Object>> rows)
            throws IOException {
        String columns = names.stream().map(Table::quote).collect(Collectors.joining(", "));
        String values = names.stream().map(name -> "?").collect(Collectors.joining(", "));
        String insert = "insert into " + table.quotedName() + " (" + columns + ") values (" + values + ")";
        try (PreparedStatement statement = transaction.handle().getConnection().prepareStatement(insert)) {
            for (Map<String, @Nullable Object> row : rows) {
                for (int i = 0; i < names.size(); i++) {
                    Column column = table.column(names.get(i)).orElseThrow();
                    bind(statement, i + 1, column, row.get(names.get(i)));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new IOException(table + ": a row cannot be stored: " + e.getMessage(), e);
        }
    }

    private static void bind(PreparedStatement statement, int position, Column column, @Nullable Object value)
            throws SQLException {
        if (value == null) {
            statement.setNull(position, column.type());
        } else if (value instanceof Instant time) {
            statement.setObject(position, time.atOffset(ZoneOffset.UTC));
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(position, bytes);
        } else {
            statement.setObject(position, value);
        }
    }

    /**
     * Deletes the few rows that the migrations have inserted into a new store.
     *
     * @param concerned returns whether a table is to be filled with other rows
     */
    public static void clear(Transaction transaction, Predicate<String> concerned) {
        List<Table> tables = tables(transaction);
        for (int i = tables.size() - 1; i >= 0; i--) {
            if (concerned.test(tables.get(i).name())) {
                int unused = transaction
                        .handle()
                        .execute("delete from " + tables.get(i).quotedName());
            }
        }
    }

    /** The count and the sum of the rows of a table. */
    public static RowSum sum(Transaction transaction, Table table) {
        RowSum sum = new RowSum();
        try {
            read(transaction, table, sum::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum;
    }

    private static IllegalStateException failed(String what, SQLException e) {
        return new IllegalStateException(what, e);
    }
}
