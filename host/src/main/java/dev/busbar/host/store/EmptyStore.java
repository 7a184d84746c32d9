package dev.busbar.host.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Looks at a store, and empties one on a server, without opening it: opening migrates. Stateless. */
final class EmptyStore {
    private EmptyStore() {}

    static boolean hasTables(StoreSettings settings) {
        try (Connection connection = connect(settings)) {
            return !tables(connection).isEmpty();
        } catch (SQLException e) {
            throw failed(settings, e);
        }
    }

    static List<String> peek(StoreSettings settings, String query) {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw failed(settings, e);
        }
    }

    /** In one transaction, so that a failure leaves all of them. */
    static void dropTables(StoreSettings settings) {
        try (Connection connection = connect(settings)) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String table : tables(connection)) {
                    statement.execute("drop table \"" + table.replace("\"", "\"\"") + "\" cascade");
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw failed(settings, e);
        }
    }

    private static Connection connect(StoreSettings settings) throws SQLException {
        return DriverManager.getConnection(
                Dialect.of(settings.url()).connectionUrl(settings.url()), settings.user(), settings.password());
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), null, new String[] {"TABLE", "BASE TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        return tables;
    }

    private static StoreException failed(StoreSettings settings, SQLException e) {
        return new StoreException(
                "store.url: " + Dialect.withoutSecrets(settings.url())
                        + " cannot be opened (expected: a database that no running host has open, and a login that may"
                        + " change its tables): " + e.getMessage(),
                e);
    }
}
