package dev.busbar.host.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.busbar.host.archive.ArchiveException;
import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.ArchiveWriter;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verification;
import dev.busbar.host.auditcheck.Verifier;
import dev.busbar.host.backup.BackupRig;
import dev.busbar.host.node.Node;
import dev.busbar.host.node.NodeLease;
import dev.busbar.host.store.Blobs;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.tables.RowSum;
import dev.busbar.host.tables.TableStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a store into an archive and back, and into another store. */
final class RecoveryTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Restore.Options PLAIN = new Restore.Options(false, false, false);
    private static final Restore.Options FORCE = new Restore.Options(true, false, false);
    private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    private Path folder;

    private StoreSettings filled() throws IOException {
        StoreSettings settings = StoreSettings.embedded(folder.resolve("original"));
        try (Database database = Database.open(settings)) {
            fill(database);
        }
        return settings;
    }

    private static void fill(Database database) throws IOException {
        ChainStore chains = new ChainStore(database);
        chains.begin("node-a");
        byte[] blob = new byte[(2 << 20) + 7];
        new Random(3).nextBytes(blob);
        assertThat(new Blobs(database, "jars", CLOCK).put("jar", new ByteArrayInputStream(blob)))
                .isTrue();
        database.change(transaction -> {
            for (String name : List.of("ada", "bob")) {
                transaction
                        .handle()
                        .execute(
                                "insert into principal (id, kind, roles, created_at) values (?, 'human', 'admin', ?)",
                                name,
                                TIME);
                transaction
                        .handle()
                        .execute(
                                "insert into api_key (id, principal_id, name, hash, hint, created_at) values (?, ?, 'k', ?,"
                                        + " 'abcd', ?)",
                                "key-" + name,
                                name,
                                new byte[] {1, 2},
                                TIME);
            }
            chains.append(
                    transaction,
                    "node-a",
                    TIME,
                    AuditEvent.done("key.create", Actor.HOST, "key:key-ada", Map.of("a", "ä")),
                    Optional.empty());
            return transaction.handle().execute("update desired_change set revision = 7");
        });
    }

    private Path archive(StoreSettings settings) throws IOException {
        try (Database database = Database.open(settings)) {
            return BackupRig.archive(database, folder.resolve("backups"), Optional.empty());
        }
    }

    private static Map<String, String> sums(StoreSettings settings) {
        try (Database database = Database.open(settings)) {
            return sums(database);
        }
    }

    private static Map<String, String> sums(Database database) {
        return database.read(transaction -> {
            Map<String, String> sums = new TreeMap<>();
            TableStore.tables(transaction).forEach(table -> {
                RowSum sum = TableStore.sum(transaction, table);
                sums.put(table.name(), sum.rows() + " " + sum.sum());
            });
            return sums;
        });
    }

    private Restore.Report restore(Path archive, StoreSettings into, Restore.Options options) throws IOException {
        return Restore.run(archive, Optional.empty(), new Restore.Target(folder.resolve("new"), into), options, CLOCK);
    }

    private StoreSettings target(String vendor) {
        return vendor.equals("h2") ? StoreSettings.embedded(folder.resolve("new")) : Databases.emptyPostgresql();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_restored_store_equals_the_one_that_was_backed_up(String vendor) throws IOException {
        StoreSettings original = filled();
        Path archive = archive(original);
        Map<String, String> before = sums(original);
        StoreSettings target = target(vendor);

        Restore.Report report = restore(archive, target, PLAIN);

        Map<String, String> after = sums(target);
        for (String changed : List.of("store_meta", "audit_head", "audit_record", "backup_state", "node")) {
            before.remove(changed);
            after.remove(changed);
        }
        assertThat(after).isEqualTo(before).isNotEmpty();
        assertThat(report.access().keys()).extracting(Restore.Key::id).containsExactly("key-ada", "key-bob");
        assertThat(report.access().members()).extracting(Restore.Member::roles).containsOnly("admin");
        try (Database database = Database.open(target)) {
            assertThat(epoch(database)).isEqualTo(report.access().epoch());
            assertThat(new Blobs(database, "jars", CLOCK)
                            .open("jar")
                            .orElseThrow()
                            .readAllBytes())
                    .hasSize((2 << 20) + 7);
            Verification audit = Verifier.ofStore(new ChainStore(database));
            assertThat(audit.intact()).as(audit.toString()).isTrue();
            assertThat(audit.chains()).extracting(Verification.Chain::node).contains("node-a", report.node());
            assertThat(new ChainStore(database).latest(AuditRecord.Filter.ALL, Optional.empty(), 1))
                    .singleElement()
                    .satisfies(record -> assertThat(record.event().action()).isEqualTo("store.restore"));
        }
        assertThat(Node.open(folder.resolve("new")).name()).isEqualTo(report.node());
    }

    private static void execute(Database database, String statement) {
        database.jdbi().useHandle(handle -> handle.execute(statement));
    }

    private static String epoch(Database database) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select epoch from store_meta")
                .mapTo(String.class)
                .one());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_filled_store_is_replaced_by_force_only(String vendor) throws IOException {
        Path archive = archive(filled());
        StoreSettings target = target(vendor);
        restore(archive, target, PLAIN);
        try (Database database = Database.open(target)) {
            execute(database, "update api_key set revoked_at = created_at where id = 'key-bob'");
        }
        Map<String, String> before = sums(target);

        assertThatThrownBy(() -> restore(archive, target, PLAIN))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("would replace")
                .hasMessageContaining("--force");
        assertThat(sums(target)).isEqualTo(before);

        Restore.Report report = restoreLater(archive, target, FORCE);

        assertThat(report.access().keys())
                .extracting(Restore.Key::id, Restore.Key::revokedBefore)
                .containsExactly(tuple("key-ada", Optional.of(false)), tuple("key-bob", Optional.of(true)));
        assertThat(report.movedAside()).allMatch(Files::exists).hasSize(vendor.equals("h2") ? 2 : 1);
        assertThat(report.replacedSchema().isPresent()).isEqualTo(vendor.equals("postgresql"));
    }

    @Test
    void on_a_server_the_tables_that_are_replaced_go_to_another_schema_and_those_of_others_stay() throws IOException {
        Path archive = archive(filled());
        StoreSettings target = target("postgresql");
        restore(archive, target, PLAIN);
        try (Database database = Database.open(target)) {
            execute(database, "update api_key set name = 'old' where id = 'key-bob'");
            execute(database, "create table of_others (id integer)");
            execute(database, "insert into of_others values (5)");
        }

        Restore.Report report = restoreLater(archive, target, FORCE);

        String schema = report.replacedSchema().orElseThrow();
        try (Database database = Database.open(target)) {
            assertThat(texts(database, "select name from " + schema + ".api_key order by id"))
                    .containsExactly("k", "old");
            assertThat(texts(database, "select name from api_key order by id")).containsExactly("k", "k");
            assertThat(texts(database, "select id from of_others")).containsExactly("5");
            assertThat(texts(database, "select epoch from store_meta"))
                    .containsExactly(report.access().epoch());
            assertThat(database.schemaVersion()).isEqualTo(Database.newestSchemaVersion());
            assertThat(texts(database, "select schema_name from information_schema.schemata"))
                    .contains(schema)
                    .doesNotContain(schema.replace("replaced_", "filling_"));
        }
    }

    @Test
    void a_failed_restore_leaves_the_store_on_a_server_as_it_was() throws IOException {
        StoreSettings target = target("postgresql");
        try (Database database = Database.open(target)) {
            fill(database);
            execute(database, "create table of_others (id integer)");
        }
        Map<String, String> before = sums(target);
        Path archive = archiveWhoseLastTableCannotBeImported();

        assertThatThrownBy(() -> restore(archive, target, FORCE))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("table webhook: a row cannot be stored");

        assertThat(sums(target)).isEqualTo(before).containsKey("of_others");
        try (Stream<Path> left = Files.list(folder.resolve("new"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".restore.lock");
        }
    }

    private Path archiveWhoseLastTableCannotBeImported() throws IOException {
        Path file = folder.resolve("forged.tar");
        try (OutputStream out = Files.newOutputStream(file)) {
            ArchiveWriter writer = new ArchiveWriter(
                    out,
                    Optional.empty(),
                    Manifest.Header.of(Database.newestSchemaVersion(), "9", "b", "n", TIME.toString(), "e"));
            writer.table("role");
            writer.table("webhook");
            writer.row("{\"id\":\"w\"}".getBytes(StandardCharsets.US_ASCII));
            Manifest unused = writer.finish();
        }
        return file;
    }

    @Test
    void a_store_of_a_newer_host_is_not_replaced_on_a_server() throws IOException {
        Path archive = archive(filled());
        StoreSettings target = target("postgresql");
        restore(archive, target, PLAIN);
        try (Database database = Database.open(target)) {
            execute(
                    database,
                    "update flyway_schema_history set version = '1.999' where installed_rank ="
                            + " (select max(installed_rank) from flyway_schema_history)");
        }

        assertThatThrownBy(() -> restoreLater(archive, target, FORCE))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("has schema 1.999 (expected: at most")
                .hasMessageContaining("currentSchema");
    }

    @Test
    void a_schema_with_tables_of_others_alone_has_no_host_and_is_filled_by_force() throws IOException {
        Path archive = archive(filled());
        StoreSettings target = target("postgresql");
        Jdbi.create(target.url(), target.user(), target.password())
                .useHandle(handle -> handle.execute("create table of_others (id integer)"));

        assertThatThrownBy(() -> restore(archive, target, PLAIN)).hasMessageContaining("--force");
        Restore.Report report = restore(archive, target, FORCE);

        assertThat(report.replacedSchema()).isEmpty();
        assertThat(sums(target)).containsKeys("of_others", "principal");
    }

    @Test
    void keys_of_disabled_principals_are_marked() throws IOException {
        StoreSettings original = filled();
        try (Database database = Database.open(original)) {
            execute(database, "update principal set disabled_at = created_at where id = 'bob'");
        }

        Restore.Report report = restore(archive(original), target("h2"), PLAIN);

        assertThat(report.access().keys())
                .extracting(Restore.Key::id, Restore.Key::ownerDisabled)
                .containsExactly(tuple("key-ada", false), tuple("key-bob", true));
    }

    /** A second later: what is moved aside has the time in its name. */
    private Restore.Report restoreLater(Path archive, StoreSettings target, Restore.Options options)
            throws IOException {
        return Restore.run(
                archive,
                Optional.empty(),
                new Restore.Target(folder.resolve("new"), target),
                options,
                Clock.offset(CLOCK, Duration.ofSeconds(1)));
    }

    @Test
    void a_store_that_cannot_be_opened_is_replaced() throws IOException {
        Path archive = archive(filled());
        StoreSettings target = target("h2");
        Path file = Database.file(target).orElseThrow();
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[100_000]);

        Restore.Report report = restore(archive, target, FORCE);

        assertThat(report.access().keys()).hasSize(2).allMatch(key -> key.revokedBefore()
                .isEmpty());
        assertThat(sums(target)).containsKey("principal");
    }

    @Test
    void all_keys_are_revoked_on_request() throws IOException {
        StoreSettings target = target("h2");
        Files.createDirectories(folder.resolve("new"));
        Files.writeString(folder.resolve("new").resolve("admin.key"), "old");

        Restore.Report report = restore(archive(filled()), target, new Restore.Options(false, true, true));

        assertThat(report.access().keys()).isEmpty();
        assertThat(folder.resolve("new").resolve("admin.key")).doesNotExist();
        assertThat(sums(target))
                .hasEntrySatisfying("api_key", sum -> assertThat(sum).startsWith("0 "));
    }

    @Test
    void what_was_numbered_after_the_backup_is_void_and_a_copy_does_nothing_by_itself() throws IOException {
        StoreSettings original = filled();
        try (Database database = Database.open(original)) {
            execute(
                    database,
                    "insert into job (id, platform, type, principal, state, priority, rank_at, run_at, attempt, crash_count,"
                            + " token, kind, roles, account, scope, correlation_id, created_at, checkpoint_schema, done,"
                            + " total, message) values ('j', 'billing', 'count', 'ada', 'running', 0, current_timestamp,"
                            + " current_timestamp, 1, 0, 5, 'human', '', 'a', '', 'c', current_timestamp, 0, 0, 0, '')");
            execute(
                    database,
                    "insert into schedule (id, name, owner, owner_kind, scope, target, definition, starts_at, state,"
                            + " next_at, created_at, changed_at, revision) values ('s', 'nightly', 'ada', 'human', '', 'b',"
                            + " '{}', current_timestamp, 'active', current_timestamp, current_timestamp, current_timestamp,"
                            + " 1)");
            execute(
                    database,
                    "insert into webhook (id, owner, url, events, secret, state, created_at, changed_at) values ('w', 'ada',"
                            + " 'https://a.example', 'job', 's', 'ACTIVE', current_timestamp, current_timestamp)");
        }
        Path archive = archive(original);
        String before;
        try (Database database = Database.open(original)) {
            before = epoch(database);
        }
        StoreSettings target = target("h2");

        String after = restore(archive, target, PLAIN).access().epoch();

        assertThat(after).isNotEqualTo(before);
        try (Database database = Database.open(target)) {
            assertThat(texts(database, "select state || ' ' || token from job")).containsExactly("running 1000005");
            assertThat(texts(database, "select state from schedule")).containsExactly("active");
        }
        restoreLater(archive, target, new Restore.Options(true, false, true));
        try (Database database = Database.open(target)) {
            assertThat(texts(database, "select state from job")).containsExactly("cancelled");
            assertThat(texts(database, "select state from schedule")).containsExactly("paused");
            assertThat(texts(database, "select state || ': ' || reason from webhook"))
                    .containsExactly("DISABLED: restored as a copy");
        }
    }

    private static List<String> texts(Database database, String query) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery(query).mapTo(String.class).list());
    }

    @Test
    void nothing_is_written_for_an_archive_that_is_refused() throws IOException {
        Path archive = archive(filled());
        byte[] whole = Files.readAllBytes(archive);
        StoreSettings target = target("h2");
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        Path broken = folder.resolve("broken.tar");

        Files.write(broken, flipped);
        assertThatThrownBy(() -> restore(broken, target, FORCE)).isInstanceOf(ArchiveException.class);
        Files.write(broken, Arrays.copyOf(whole, whole.length - 4_096));
        assertThatThrownBy(() -> restore(broken, target, FORCE)).isInstanceOf(ArchiveException.class);
        assertThatThrownBy(() -> restore(forged("2.0"), target, FORCE)).hasMessageContaining("schema 2.0");
        assertThatThrownBy(() -> restore(forged("1.999"), target, FORCE)).hasMessageContaining("schema 1.999");
        assertThatThrownBy(() -> restore(forged("../1"), target, FORCE)).hasMessageContaining("schema");
        assertThatThrownBy(() -> restore(folder.resolve("none.tar"), target, FORCE))
                .isInstanceOf(IOException.class);

        try (Stream<Path> left = Files.list(folder.resolve("new"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".restore.lock");
        }
    }

    /** An empty archive of a schema. */
    private Path forged(String schema) throws IOException {
        Path file = folder.resolve("forged.tar");
        try (OutputStream out = Files.newOutputStream(file)) {
            Manifest.Header header = Manifest.Header.of(schema, "9", "b", "n", TIME.toString(), "e");
            Manifest unused = new ArchiveWriter(out, Optional.empty(), header).finish();
        }
        return file;
    }

    @Test
    void a_table_that_the_schema_does_not_have_is_refused() throws IOException {
        Path file = folder.resolve("forged.tar");
        try (OutputStream out = Files.newOutputStream(file)) {
            ArchiveWriter writer = new ArchiveWriter(
                    out,
                    Optional.empty(),
                    Manifest.Header.of(Database.newestSchemaVersion(), "9", "b", "n", TIME.toString(), "e"));
            writer.table("flyway_schema_history");
            writer.row("{}".getBytes(StandardCharsets.US_ASCII));
            Manifest unused = writer.finish();
        }
        StoreSettings target = target("h2");

        assertThatThrownBy(() -> restore(file, target, PLAIN))
                .hasMessageContaining("flyway_schema_history is not in schema");
        assertThat(Database.file(target).orElseThrow()).doesNotExist();
    }

    @Test
    void a_running_host_is_not_restored() throws Exception {
        Path archive = archive(filled());
        StoreSettings embedded = target("h2");
        Path file = Database.file(embedded).orElseThrow();
        Files.createDirectories(file.getParent());
        try (FileChannel held = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = held.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> restore(archive, embedded, FORCE)).hasMessageContaining("a host is running on");
        }

        StoreSettings shared = target("postgresql");
        try (Database database = Database.open(shared);
                NodeLease lease = NodeLease.take(Node.open(folder), database, Duration.ZERO)) {
            Thread beats = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    lease.beat();
                }
            });
            beats.start();
            assertThatThrownBy(() -> restore(archive, shared, FORCE))
                    .hasMessageContaining("a host is running on the store, as node");
            beats.interrupt();
            beats.join();
        }
    }

    @Test
    void of_two_restores_into_one_place_one_is_refused() throws IOException {
        Path archive = archive(filled());
        Files.createDirectories(folder.resolve("new"));
        try (FileChannel held = FileChannel.open(
                        folder.resolve("new").resolve(".restore.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = held.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> restore(archive, target("h2"), PLAIN)).hasMessageContaining("another restore");
        }

        StoreSettings shared = target("postgresql");
        try (Database first = Database.open(shared)) {
            fill(first);
        }
        Manifest manifest = ArchiveCheck.entries(archive, Optional.empty());
        assertThatThrownBy(() -> Import.into(
                        shared,
                        new Import.Source(archive, Optional.empty(), manifest, (name, content) -> {}),
                        (database, transaction) -> true))
                .hasMessageContaining("is not empty any more");
    }

    @Test
    void a_rehearsal_restores_verifies_the_audit_chains_and_leaves_nothing() throws IOException {
        Path key = folder.resolve("key");
        Files.writeString(key, ArchiveKey.generate());
        Path archive;
        try (Database database = Database.open(filled())) {
            archive = BackupRig.archive(database, folder.resolve("backups"), Optional.of(key));
        }
        Path scratch = Files.createDirectory(folder.resolve("scratch"));

        ArchiveCheck.Result result = ArchiveCheck.rehearse(archive, Optional.of(ArchiveKey.read(key)), scratch);

        assertThat(result.manifest().rows("api_key"))
                .get()
                .extracting(Manifest.Rows::rows)
                .isEqualTo(2L);
        assertThat(result.audit()).get().extracting(Verification::intact).isEqualTo(true);
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void a_rehearsal_finds_an_edited_audit_record() throws IOException {
        StoreSettings settings = filled();
        try (Database database = Database.open(settings)) {
            execute(database, "update audit_record set actor = 'eve'");
        }

        ArchiveCheck.Result result = ArchiveCheck.rehearse(archive(settings), Optional.empty(), folder);

        assertThat(result.audit()).get().extracting(Verification::intact).isEqualTo(false);
    }

    @Test
    void a_store_that_went_to_postgresql_and_back_is_the_same() throws IOException {
        StoreSettings original = filled();
        StoreSettings server = Databases.emptyPostgresql();
        StoreSettings back = StoreSettings.embedded(folder.resolve("back"));
        Map<String, String> before = sums(original);

        List<StoreMigration.Copied> copied = StoreMigration.run(original, server);
        Map<String, String> there = sums(server);
        StoreMigration.run(server, back);

        assertThat(there).isEqualTo(before);
        assertThat(sums(back)).isEqualTo(before);
        assertThat(copied)
                .extracting(StoreMigration.Copied::table)
                .containsExactlyInAnyOrderElementsOf(before.keySet());
    }

    @Test
    void a_failed_copy_leaves_no_file() throws IOException {
        StoreSettings original = filled();
        try (Database database = Database.open(original)) {
            execute(database, "create table stray (id integer)");
        }
        StoreSettings target = StoreSettings.embedded(folder.resolve("copy"));

        assertThatThrownBy(() -> StoreMigration.run(original, target))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("table stray is not in the target");

        assertThat(Database.file(target).orElseThrow().getParent()).isEmptyDirectory();
    }

    @Test
    void only_an_empty_store_is_migrated_into_and_only_an_existing_one_is_migrated() throws IOException {
        StoreSettings original = filled();
        Map<String, String> before = sums(original);

        assertThatThrownBy(() -> StoreMigration.run(original, original)).hasMessageContaining("tables at");
        assertThatThrownBy(() -> StoreMigration.run(StoreSettings.embedded(folder.resolve("none")), original))
                .hasMessageContaining("there is no store at");
        assertThat(sums(original)).isEqualTo(before);
        assertThat(Set.of(folder.resolve("none"))).noneMatch(Files::exists);
    }
}
