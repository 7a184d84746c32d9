package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Migrations of tables that an earlier version of the host has filled. */
final class MigrationTest {
    static Stream<StoreSettings> stores() {
        return Stream.of(Databases.h2(), Databases.emptyPostgresql());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void rows_from_before_there_were_nodes_are_kept(StoreSettings settings) throws SQLException {
        String url = Dialect.of(settings.url()).connectionUrl(settings.url());
        try (Connection held = DriverManager.getConnection(url, settings.user(), settings.password());
                Statement statement = held.createStatement()) {
            Flyway.configure()
                    .dataSource(url, settings.user(), settings.password())
                    .locations("classpath:db/migration")
                    .target("1.7")
                    .load()
                    .migrate();
            statement.execute("insert into plugin_inbox (source, file_name, sha256, plugin_id, seen_at)"
                    + " values ('FOLDER', 'a.jar', '1', 'billing', current_timestamp)");
            statement.execute(
                    "insert into plugin_start values ('1', 'billing', '1.0.0', true, 1, 1," + " current_timestamp)");
            statement.execute("insert into plugin_desired (plugin_id, sha256, version, enabled, source, file_name,"
                    + " changed_at) values ('billing', '1', '1.0.0', true, 'FOLDER', 'a.jar', current_timestamp)");
            statement.execute("insert into idempotency_key (caller, platform, name, fingerprint, attempt, state,"
                    + " answer_by, expires_at) values ('c', 'p', 'n', 'f', 'a', 'unkept', current_timestamp,"
                    + " current_timestamp)");

            try (Database database = Database.open(settings)) {
                assertThat(texts(database, "select node || file_name || sha256 || plugin_id from folder_file"))
                        .containsExactly("a.jar1billing");
                assertThat(texts(database, "select node || sha256 || crashes || alone from generation_start"))
                        .containsExactly("111");
                assertThat(texts(database, "select plugin_id || revision from plugin_desired"))
                        .containsExactly("billing1");
                assertThat(texts(database, "select state from idempotency_key")).containsExactly("not_replayable");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void stored_responses_are_neither_copied_nor_changed_to_count_their_bytes(StoreSettings settings)
            throws SQLException {
        String url = Dialect.of(settings.url()).connectionUrl(settings.url());
        try (Connection held = DriverManager.getConnection(url, settings.user(), settings.password());
                Statement statement = held.createStatement()) {
            Flyway.configure()
                    .dataSource(url, settings.user(), settings.password())
                    .locations("classpath:db/migration")
                    .target("1.10")
                    .load()
                    .migrate();
            statement.execute("insert into idempotency_key (caller, platform, name, fingerprint, attempt, state,"
                    + " answer_by, expires_at, status, fields, body) values ('c', 'p', 'n', 'f', 'a', 'done',"
                    + " current_timestamp, current_timestamp, 200, '', 'abc')");
            String columns = "select count(*) from information_schema.columns"
                    + " where table_name = 'idempotency_key' and table_schema = current_schema";
            String before = text(statement, columns);

            try (Database database = Database.open(settings)) {
                assertThat(texts(database, columns)).containsExactly(before);
                assertThat(texts(database, "select name from idempotency_key")).containsExactly("n");
                assertThat(texts(database, "select name from idempotency_bytes"))
                        .isEmpty();
            }
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static List<String> texts(Database database, String query) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery(query).mapTo(String.class).list());
    }
}
