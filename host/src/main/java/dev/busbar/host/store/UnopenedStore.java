package dev.busbar.host.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A store that is looked at without opening it, because opening migrates; on a server, also a schema that is filled beside
 * its own until the tables there take the place of the old ones. Stateless.
 */
final class UnopenedStore {
    private static final String WAIT_FOR_LOCKS = "set local lock_timeout = '10s'";

    private UnopenedStore() {}

    static List<String> tables(StoreSettings settings) {
        try (Connection connection = connect(settings)) {
            return tables(connection, schema(connection));
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

    /** The settings of a store on the same server, in another schema. */
    static StoreSettings inSchema(StoreSettings server, String schema) {
        String url = server.url().replaceAll("(?<=[?&])currentSchema=[^&]*", "");
        return new StoreSettings(
                url + (url.indexOf('?') < 0 ? "?" : "&") + "currentSchema=" + schema,
                server.user(),
                server.password(),
                server.connections(),
                server.connectTimeout(),
                server.startTimeout());
    }

    /** Creates a schema; nothing is created when the settings would not lead there. */
    static void createSchema(StoreSettings server, String schema) {
        StoreSettings inside = inSchema(server, schema);
        try (Connection connection = connect(inside);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("create schema " + quoted(schema));
            if (!schema.equals(schema(connection))) {
                throw new SQLException("the search path is not that of currentSchema in the URL");
            }
            connection.commit();
        } catch (SQLException e) {
            throw failed(server, e);
        }
    }

    static void dropSchema(StoreSettings server, String schema) {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists " + quoted(schema) + " cascade");
        } catch (SQLException e) {
            throw failed(server, e);
        }
    }

    /**
     * Moves the tables of a schema to that of the store, and those of the same names from there to a new schema, with their
     * indexes and constraints: in one transaction, so that a failure moves none. Other tables stay where they are.
     *
     * @return whether there were old tables
     */
    static boolean replaceTables(StoreSettings server, String filled, String replaced) {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(WAIT_FOR_LOCKS);
            String own = schema(connection);
            List<String> newTables = tables(connection, filled);
            Set<String> names = new HashSet<>(newTables);
            List<String> oldTables =
                    tables(connection, own).stream().filter(names::contains).toList();
            if (!oldTables.isEmpty()) {
                statement.execute("create schema " + quoted(replaced));
            }
            for (String table : oldTables) {
                move(statement, table, own, replaced);
            }
            for (String table : newTables) {
                move(statement, table, filled, own);
            }
            statement.execute("drop schema " + quoted(filled));
            connection.commit();
            return !oldTables.isEmpty();
        } catch (SQLException e) {
            throw failed(server, e);
        }
    }

    private static void move(Statement statement, String table, String from, String to) throws SQLException {
        statement.execute("alter table " + quoted(from) + "." + quoted(table) + " set schema " + quoted(to));
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static Connection connect(StoreSettings settings) throws SQLException {
        return DriverManager.getConnection(
                Dialect.of(settings.url()).connectionUrl(settings.url()), settings.user(), settings.password());
    }

    private static String schema(Connection connection) throws SQLException {
        return Optional.ofNullable(connection.getSchema())
                .orElseThrow(() -> new SQLException("the schema of the URL or of the login does not exist"));
    }

    private static List<String> tables(Connection connection, String schema) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        // An underscore in the pattern would match any letter.
        String pattern = schema.replace("_", metaData.getSearchStringEscape() + "_");
        List<String> tables = new ArrayList<>();
        try (ResultSet rows =
                metaData.getTables(connection.getCatalog(), pattern, null, new String[] {"TABLE", "BASE TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        return tables;
    }

    private static StoreException failed(StoreSettings settings, SQLException e) {
        return new StoreException(
                "store.url: " + Dialect.withoutSecrets(settings.url())
                        + " cannot be opened or changed (expected: a database that no running host has open, and a login"
                        + " that may create schemas and tables there): " + e.getMessage(),
                e);
    }
}
