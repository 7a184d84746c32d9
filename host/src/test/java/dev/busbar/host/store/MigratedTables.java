package dev.busbar.host.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The tables of an empty store, as the migrations leave them, for databases of tests: one script creates them in a
 * fraction of the time that Flyway takes. May be called from any thread.
 */
final class MigratedTables {
    private static final Map<Dialect, String> SCRIPTS = new ConcurrentHashMap<>();

    private MigratedTables() {}

    /** Creates the tables in a database, or in the schema of a server, that has none. */
    static void createIn(StoreSettings empty, Connection connection) throws SQLException {
        String script = SCRIPTS.computeIfAbsent(Dialect.of(empty.url()), MigratedTables::script);
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }

    static Connection connect(StoreSettings settings) throws SQLException {
        return DriverManager.getConnection(
                Dialect.of(settings.url()).connectionUrl(settings.url()), settings.user(), settings.password());
    }

    private static String script(Dialect dialect) {
        StoreSettings template =
                switch (dialect) {
                    case H2 -> Databases.h2();
                    case POSTGRESQL -> Databases.emptyPostgresql();
                };
        try (Connection held = connect(template);
                Statement statement = held.createStatement()) {
            Database.open(template).close();
            return switch (dialect) {
                case H2 -> String.join("\n", texts(statement, "script nopasswords nosettings"));
                case POSTGRESQL -> migrations(statement);
            };
        } catch (SQLException e) {
            throw new IllegalStateException("no database can be migrated", e);
        }
    }

    /** PostgreSQL has no statement that returns its tables as a script: the migrations themselves, and their history. */
    private static String migrations(Statement statement) throws SQLException {
        String template = texts(statement, "select current_schema").get(0);
        List<String> files = texts(statement, "select script from flyway_schema_history order by installed_rank");
        return files.stream()
                        .filter(file -> file.endsWith(".sql"))
                        .map(MigratedTables::text)
                        .collect(Collectors.joining(";\n"))
                + ";\ncreate table flyway_schema_history (like " + template + ".flyway_schema_history including all)"
                + ";\ninsert into flyway_schema_history select * from " + template + ".flyway_schema_history";
    }

    private static String text(String file) {
        try (InputStream migration = Schema.class.getResourceAsStream("/db/migration/" + file)) {
            return new String(migration.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${exact}", Dialect.POSTGRESQL.exactOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(Statement statement, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
