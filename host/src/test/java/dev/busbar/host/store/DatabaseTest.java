package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.threads.NonBlocking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.statement.StatementException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    private static final String UPDATE = "update plugin_inbox set sha256 = :sha256, seen_at = :seenAt"
            + " where source = :source and file_name = :fileName";
    private static final String INSERT = "insert into plugin_inbox (source, file_name, sha256, plugin_id, seen_at)"
            + " values (:source, :fileName, :sha256, null, :seenAt)";
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123456789Z");

    private record Seen(String source, String fileName, String sha256, Instant seenAt) {}

    @EachDatabase
    void an_instant_is_read_as_it_was_written_to_the_microsecond(Database database) {
        upsert(database, new Seen("drop", "a.jar", "1", NOW));

        Instant read = database.jdbi().withHandle(handle -> handle.createQuery("select seen_at from plugin_inbox")
                .mapTo(Instant.class)
                .one());

        assertThat(read).isEqualTo(Instant.parse("2026-11-22T10:15:30.123456Z"));
    }

    @EachDatabase
    void an_absent_instant_is_read_as_absent(Database database) {
        database.jdbi()
                .useHandle(handle ->
                        handle.execute("insert into principal (id, kind, roles, created_at) values ('ada', 'HUMAN', '',"
                                + " current_timestamp)"));

        List<Instant> read = database.jdbi()
                .withHandle(handle -> handle.createQuery("select disabled_at from principal")
                        .mapTo(Instant.class)
                        .list());

        assertThat(read).hasSize(1).containsOnlyNulls();
    }

    @EachDatabase
    void every_use_is_refused_before_it_begins_on_a_thread_that_must_not_block(Database database) {
        Blobs blobs = new Blobs(database, "test", Clock.systemUTC());
        List<ThrowingCallable> uses = List.of(
                () -> database.change(transaction -> fail("begun")),
                () -> database.read(transaction -> fail("begun")),
                () -> database.jdbi().useHandle(handle -> fail("begun")),
                () -> database.jdbi().useTransaction(handle -> fail("begun")),
                () -> database.jdbi().open(),
                () -> blobs.contains("0"),
                () -> blobs.open("0"),
                blobs::names,
                () -> blobs.delete("0"));

        NonBlocking.run(() -> assertThat(uses).allSatisfy(use -> assertThatThrownBy(use)
                .isInstanceOf(NonBlocking.WouldBlockException.class)
                .hasMessageStartingWith("the store may block")));

        assertThat(database.<Integer>read(transaction -> 1)).as("anywhere else").isEqualTo(1);
    }

    @EachDatabase
    void a_request_that_uses_it_on_an_event_loop_fails_loudly(Database database) {
        FakeExchange exchange = FakeExchange.get("/");

        Interceptor.passOnEventLoop(
                new Invocation(exchange, 0), passing -> database.read(transaction -> fail("begun")));

        assertThat(exchange.status()).isEqualTo(500);
    }

    @EachDatabase
    void an_upsert_inserts_a_new_row_and_changes_an_old_one(Database database) {
        upsert(database, new Seen("drop", "a.jar", "1", NOW));
        upsert(database, new Seen("drop", "b.jar", "2", NOW));
        upsert(database, new Seen("drop", "a.jar", "3", NOW));

        assertThat(digests(database)).containsExactly("3", "2");
    }

    @EachDatabase
    @Tag("race")
    void upserts_of_one_key_at_the_same_time_leave_one_row(Database database) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<String>> writes = IntStream.range(0, 40)
                    .<Callable<String>>mapToObj(n -> () -> {
                        upsert(database, new Seen("drop", "a.jar", String.valueOf(n), NOW));
                        return "written";
                    })
                    .toList();
            for (Future<String> write : writers.invokeAll(writes)) {
                assertThat(write.get()).isEqualTo("written");
            }
        } finally {
            writers.shutdownNow();
        }

        assertThat(digests(database)).hasSize(1);
    }

    @EachDatabase
    void a_refused_insert_leaves_its_transaction_usable(Database database) {
        upsert(database, new Seen("drop", "a.jar", "1", NOW));

        boolean second = database.jdbi().inTransaction(handle -> {
            boolean inserted = database.insert(handle, INSERT, new Seen("drop", "a.jar", "2", NOW));
            handle.execute("update plugin_inbox set sha256 = 'changed'");
            return inserted;
        });

        assertThat(second).isFalse();
        assertThat(digests(database)).containsExactly("changed");
    }

    @EachDatabase
    void an_insert_outside_a_transaction_tells_whether_the_key_was_free(Database database) {
        Seen seen = new Seen("drop", "a.jar", "1", NOW);

        List<Boolean> inserted = database.jdbi()
                .withHandle(handle ->
                        List.of(database.insert(handle, INSERT, seen), database.insert(handle, INSERT, seen)));

        assertThat(inserted).containsExactly(true, false);
    }

    @EachDatabase
    void an_upsert_whose_statements_disagree_on_the_key_is_refused(Database database) {
        upsert(database, new Seen("drop", "a.jar", "1", NOW));
        String elsewhere = "update plugin_inbox set sha256 = :sha256 where source = 'nowhere'";

        assertThatThrownBy(() -> database.jdbi()
                        .useHandle(handle ->
                                database.upsert(handle, elsewhere, INSERT, new Seen("drop", "a.jar", "2", NOW))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("expected: update and insert name the same key");
    }

    @EachDatabase
    void a_failing_statement_does_not_put_its_values_into_the_message(Database database) {
        String wrong = "insert into no_such_table (sha256) values (:sha256)";

        assertThatThrownBy(() -> database.jdbi()
                        .useHandle(
                                handle -> database.insert(handle, wrong, new Seen("drop", "a.jar", "a-secret", NOW))))
                .isInstanceOf(StatementException.class)
                .hasMessageContaining("no_such_table")
                .hasMessageNotContaining("a-secret");
    }

    @EachDatabase
    void a_second_opening_finds_the_rows_of_the_first(Database database, StoreSettings settings) {
        upsert(database, new Seen("drop", "a.jar", "1", NOW));

        try (Database again = Database.open(settings)) {
            assertThat(digests(again)).containsExactly("1");
        }
    }

    @EachDatabase
    void a_newer_minor_schema_is_accepted(Database database, StoreSettings settings) {
        pretendMigration(database, "1.999");

        try (Database again = Database.open(settings)) {
            assertThat(digests(again)).isEmpty();
        }
    }

    @EachDatabase
    void a_newer_major_schema_is_refused(Database database, StoreSettings settings) {
        pretendMigration(database, "2.0");

        assertThatThrownBy(() -> Database.open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema version: 2.0 (expected: 1.x");
    }

    @EachDatabase
    void a_changed_migration_is_refused(Database database, StoreSettings settings) {
        database.jdbi().useHandle(handle -> handle.execute("update flyway_schema_history set checksum = 1"));

        assertThatThrownBy(() -> Database.open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could not be migrated (expected:");
    }

    @Test
    void the_embedded_store_lives_in_the_data_directory_and_belongs_to_one_process(@TempDir Path data) {
        StoreSettings settings = StoreSettings.embedded(data);

        try (Database database = Database.open(settings)) {
            upsert(database, new Seen("drop", "a.jar", "1", NOW));
        }

        assertThat(Files.exists(data.resolve("store").resolve("busbar.mv.db"))).isTrue();
        try (Database database = Database.open(settings)) {
            assertThat(digests(database)).containsExactly("1");
        }
    }

    @Test
    void a_database_that_does_not_answer_is_refused_without_naming_a_secret() {
        StoreSettings nowhere = new StoreSettings(
                "jdbc:postgresql://127.0.0.1:1/busbar?password=hunter2",
                "ada",
                "hunter3",
                1,
                Duration.ofMillis(250),
                Duration.ZERO);

        assertThatThrownBy(() -> Database.open(nowhere))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("store.url: jdbc:postgresql://127.0.0.1:1/busbar?password=***")
                .hasMessageContaining("store.user: \"ada\"")
                .hasMessageContaining("(expected: a database that answers within 250 ms")
                .hasMessageNotContaining("hunter");
    }

    @Test
    void an_h2_url_that_gives_up_durability_is_refused(@TempDir Path data) {
        StoreSettings lossy = StoreSettings.of("jdbc:h2:file:" + data.resolve("x") + ";WRITE_DELAY=500", "", "");

        assertThatThrownBy(() -> Database.open(lossy))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("WRITE_DELAY");
    }

    private static void upsert(Database database, Seen seen) {
        database.jdbi().useTransaction(handle -> database.upsert(handle, UPDATE, INSERT, seen));
    }

    private static List<String> digests(Database database) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select sha256 from plugin_inbox order by file_name")
                        .mapTo(String.class)
                        .list());
    }

    private static void pretendMigration(Database database, String version) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "insert into flyway_schema_history (installed_rank, version, description, type, script,"
                                + " checksum, installed_by, installed_on, execution_time, success)"
                                + " select 99, ?, 'later', type, 'later.sql', 1, installed_by, installed_on, 1, success"
                                + " from flyway_schema_history where version = '1.0'",
                        version));
    }

    /** The server's reason has SQLSTATE 55000, which says nothing of being unavailable, and the pool passes it on. */
    @Test
    void a_database_that_accepts_no_connections_is_unavailable() throws Exception {
        StoreSettings server = Databases.postgresql();
        execute(server, "create database closing");
        String url = server.url().replaceFirst("/postgres\\?.*", "/closing");
        StoreSettings settings = new StoreSettings(url, server.user(), "", 4, Duration.ofSeconds(1), Duration.ZERO);
        try (Database database = Database.open(settings)) {
            execute(server, "alter database closing with allow_connections false");
            execute(server, "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'closing'");

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Throwable failure =
                        catchThrowable(() -> database.jdbi().useHandle(handle -> handle.execute("select 1")));
                assertThat(Database.isUnavailable(failure)).as("%s", failure).isTrue();
                assertThat(failure).hasStackTraceContaining("SQLTransientConnectionException");
                assertThat(failure).hasStackTraceContaining("not currently accepting connections");
            });
        }
    }

    private static void execute(StoreSettings where, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(where.url(), where.user(), "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
