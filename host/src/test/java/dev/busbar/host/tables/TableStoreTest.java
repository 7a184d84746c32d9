package dev.busbar.host.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rows of any table as lines, on both stores. */
final class TableStoreTest {
    private static final Instant TIME = Instant.parse("2026-03-29T01:30:00.123456Z");

    @EachDatabase
    void every_table_of_the_schema_is_found_after_those_it_refers_to(Database database) {
        List<String> names = database.read(TableStoreTest::names);
        List<String> all = database.jdbi()
                .withHandle(handle -> handle.createQuery("select lower(table_name) from information_schema.tables"
                                + " where table_schema = current_schema and table_name <> 'flyway_schema_history'")
                        .mapTo(String.class)
                        .list());

        assertThat(names).containsExactlyInAnyOrderElementsOf(all).contains("principal", "blob_chunk", "audit_record");
        assertThat(names.indexOf("principal")).isLessThan(names.indexOf("api_key"));
        assertThat(names.indexOf("idempotency_key")).isLessThan(names.indexOf("idempotency_bytes"));
    }

    private static List<String> names(Transaction transaction) {
        return TableStore.tables(transaction).stream().map(Table::name).toList();
    }

    @EachDatabase
    void a_row_is_the_same_line_after_it_was_read_and_inserted(Database database) {
        fill(database);
        List<String> before = lines(database, "idempotency_key");

        database.change(TableStoreTest::deleteAndInsert);

        assertThat(before).hasSize(1);
        assertThat(before.get(0))
                .contains("\"body\":\"AAH/\"", "\"status\":200", "\"expires_at\":\"2026-03-29T01:30:00.123456Z\"")
                .contains("\"fields\":\"a \\u00e4 \\ud83d\\ude00 \\\"\\\\ \\u000a\"", "\"answer_by\":");
        assertThat(lines(database, "idempotency_key")).isEqualTo(before);
        assertThat(lines(database, "principal")).hasSize(1).allMatch(line -> line.contains("\"disabled_at\":null"));
    }

    @Test
    void both_stores_have_the_same_lines_for_the_same_rows() {
        try (Database h2 = Databases.open(Databases.h2());
                Database postgresql = Databases.open(Databases.postgresql())) {
            fill(h2);
            fill(postgresql);

            for (String table : List.of("idempotency_key", "principal", "plugin_consent", "store_meta")) {
                assertThat(lines(h2, table)).isEqualTo(lines(postgresql, table));
            }
        }
    }

    private static void fill(Database database) {
        database.change(transaction -> {
            transaction
                    .handle()
                    .execute(
                            "insert into idempotency_key (caller, platform, name, fingerprint, attempt, state, answer_by,"
                                    + " expires_at, status, fields, body) values ('c', 'p', 'n', 'f', 'a', 'done', ?, ?, 200,"
                                    + " ?, ?)",
                            TIME,
                            TIME,
                            "a ä 😀 \"\\ \n",
                            new byte[] {0, 1, -1});
            transaction
                    .handle()
                    .execute(
                            "insert into principal (id, kind, roles, created_at) values ('ada', 'human', '', ?)", TIME);
            return transaction
                    .handle()
                    .execute("insert into plugin_consent (sha256, routes, given) values ('1', '', true)");
        });
    }

    private static boolean deleteAndInsert(Transaction transaction) {
        Table table = table(transaction, "idempotency_key");
        List<byte[]> lines = new ArrayList<>();
        try {
            TableStore.read(transaction, table, lines::add);
            transaction.handle().execute("delete from idempotency_key");
            TableStore.insert(transaction, table, lines);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Table table(Transaction transaction, String name) {
        return TableStore.tables(transaction).stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> lines(Database database, String name) {
        List<String> lines = new ArrayList<>();
        try {
            return database.<List<String>, IOException>snapshot(transaction -> {
                TableStore.read(
                        transaction,
                        table(transaction, name),
                        line -> lines.add(new String(line, StandardCharsets.US_ASCII)));
                return lines;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EachDatabase
    void a_snapshot_does_not_see_what_others_commit_meanwhile(Database database) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            try {
                if (begun.await(10, TimeUnit.SECONDS)) {
                    fill(database);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                written.countDown();
            }
        });
        writer.start();

        long seen = database.snapshot(transaction -> {
            long before =
                    TableStore.sum(transaction, table(transaction, "role")).rows();
            begun.countDown();
            assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
            return before
                    + TableStore.sum(transaction, table(transaction, "principal"))
                            .rows();
        });

        writer.join();
        assertThat(seen).isZero();
        assertThat(lines(database, "principal")).hasSize(1);
    }

    @EachDatabase
    void a_line_that_is_no_row_is_refused_with_its_table_and_column(Database database) {
        database.change(transaction -> {
            Table role = table(transaction, "role");
            assertThatThrownBy(() -> insert(transaction, role, "{\"name\":1}"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("table role: column name");
            assertThatThrownBy(() -> insert(transaction, role, "{\"nickname\":\"a\"}"))
                    .hasMessageContaining("column \"nickname\"");
            assertThatThrownBy(() -> insert(transaction, role, "[]")).hasMessageContaining("no object");
            assertThatThrownBy(() -> insert(transaction, role, "{\"name\"")).hasMessageContaining("not JSON");
            return true;
        });
    }

    private static void insert(Transaction transaction, Table table, String line) throws IOException {
        TableStore.insert(transaction, table, List.of(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_sum_depends_on_the_rows_and_their_number_not_on_their_order() {
        assertThat(sum("a", "b")).isEqualTo(sum("b", "a")).isNotEqualTo(sum("a", "c"));
        assertThat(sum("a", "a", "b")).isNotEqualTo(sum("a", "b", "b"));
        assertThat(sum()).hasSize(64);
    }

    private static String sum(String... lines) {
        RowSum sum = new RowSum();
        for (String line : lines) {
            sum.add(line.getBytes(StandardCharsets.US_ASCII));
        }
        return sum.sum();
    }
}
