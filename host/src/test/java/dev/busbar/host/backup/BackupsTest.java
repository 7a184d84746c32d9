package dev.busbar.host.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.ArchiveReader;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.backup.BackupView.State;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.tables.Table;
import dev.busbar.host.tables.TableStore;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a store that is in use. */
final class BackupsTest {
    private static final ArchiveReader.Visitor NOTHING = new ArchiveReader.Visitor() {};
    private static final Optional<BackupSettings.Automatic> DAILY =
            Optional.of(new BackupSettings.Every(Duration.ofDays(1)));

    @TempDir
    private Path folder;

    private final FakeAuditTrail audit = new FakeAuditTrail();

    @EachDatabase
    void every_table_is_in_a_backup_but_those_of_running_processes(Database database) throws IOException {
        List<String> tables = database.read(transaction ->
                TableStore.tables(transaction).stream().map(Table::name).toList());

        Manifest manifest = manifest(BackupRig.archive(database, folder.resolve("b"), Optional.empty()));

        List<String> expected = new ArrayList<>(tables);
        expected.removeAll(BackupRun.EXCEPT);
        assertThat(BackupRun.EXCEPT).containsExactlyInAnyOrder("node", "generation_start");
        assertThat(manifest.tables()).extracting(Manifest.Rows::table).containsExactlyElementsOf(expected);
        assertThat(manifest.header().schema()).isEqualTo(Database.newestSchemaVersion());
        assertThat(manifest.header().epoch()).hasSize(36);
    }

    private static Manifest manifest(Path archive) throws IOException {
        return ArchiveReader.read(archive, Optional.empty(), NOTHING);
    }

    @EachDatabase
    void a_backup_holds_one_state_of_the_store_while_others_write(Database database) throws Exception {
        CountDownLatch written = new CountDownLatch(200);
        List<Thread> writers = Stream.of("a", "b")
                .map(name -> new Thread(() -> write(database, name, written)))
                .toList();
        writers.forEach(Thread::start);
        assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();

        Manifest manifest = manifest(BackupRig.archive(database, folder.resolve("b"), Optional.empty()));
        writers.forEach(Thread::interrupt);
        for (Thread writer : writers) {
            writer.join();
        }

        long roles = manifest.rows("role").orElseThrow().rows();
        assertThat(roles).isGreaterThanOrEqualTo(200);
        assertThat(manifest.rows("plugin_consent").orElseThrow().rows()).isEqualTo(roles);
    }

    /** Each transaction adds a row to both tables. */
    private static void write(Database database, String name, CountDownLatch written) {
        for (int i = 0; written.getCount() > 0 || (!Thread.currentThread().isInterrupted() && i < 2_000); i++) {
            String key = name + i;
            int unused = database.jdbi().inTransaction(handle -> {
                handle.execute("insert into role (name, permissions) values (?, ?)", key, "x".repeat(500));
                return handle.execute("insert into plugin_consent (sha256, routes, given) values (?, '', true)", key);
            });
            written.countDown();
        }
    }

    @Test
    void an_archive_and_its_files_are_for_this_user_only_and_are_listed_when_they_are_whole() throws IOException {
        Path included = Files.createDirectories(folder.resolve("included"));
        Files.writeString(included.resolve("busbar ä.yaml"), "port: 1\n");
        try (Database database = Databases.open(Databases.h2())) {
            Backups backups = backups(database, Optional.empty());
            String id = backups.start(Actor.HOST).id();

            BackupView view = backups.find(id).orElseThrow();

            assertThat(view.state()).isEqualTo(State.DONE);
            assertThat(view.sha256()).get().asString().hasSize(64);
            Path archive = Path.of(view.file().orElseThrow());
            assertThat(view.bytes()).isEqualTo(Files.size(archive));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(archive.resolveSibling(id + ".json"))))
                    .isEqualTo("rw-------");
            assertThat(manifest(archive).entries())
                    .extracting(Manifest.Entry::name)
                    .contains("files/data/1-busbar__.yaml");
            assertThat(audit.events()).extracting(AuditEvent::action).containsExactly("backup.start", "backup.create");
            assertThat(backups.list()).containsExactly(view);
        }
    }

    @Test
    void an_encrypted_backup_says_so_and_needs_its_key() throws IOException {
        Path key = folder.resolve("key");
        Files.writeString(key, ArchiveKey.generate());
        try (Database database = Databases.open(Databases.h2())) {
            Path archive = BackupRig.archive(database, folder.resolve("b"), Optional.of(key));

            assertThat(ArchiveReader.isEncrypted(archive)).isTrue();
            assertThatThrownBy(() -> manifest(archive)).hasMessageContaining("is encrypted");
            assertThat(ArchiveReader.read(archive, Optional.of(ArchiveKey.read(key)), NOTHING)
                            .totalRows())
                    .isPositive();
        }
    }

    @Test
    void what_a_killed_process_leaves_is_not_listed_and_is_deleted_by_the_next_backup() throws IOException {
        try (Database database = Databases.open(Databases.h2())) {
            Path directory = folder.resolve("b");
            BackupFolder killed = new BackupFolder(directory, "node-a");
            killed.create("backup-20260101T000000Z-00000000").close();
            Files.writeString(killed.partial("backup-20260101T000000Z-00000000"), "half");
            BackupFolder other = new BackupFolder(directory, "node-b");
            other.create("backup-20260101T000000Z-00000001").close();
            Path ofOther = other.partial("backup-20260101T000000Z-00000001");
            assertThat(killed.list()).isEmpty();

            Path archive = BackupRig.archive(database, directory, Optional.empty());

            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files)
                        .containsExactlyInAnyOrder(
                                archive,
                                archive.resolveSibling(
                                        archive.getFileName().toString().replace(".tar", ".json")),
                                ofOther);
            }
        }
    }

    @Test
    void a_failed_backup_leaves_nothing_and_says_why() throws IOException {
        Path key = folder.resolve("key");
        Files.writeString(key, "short");
        try (Database database = Databases.open(Databases.h2())) {
            Backups backups = backups(database, Optional.of(key));
            String id = backups.start(Actor.HOST).id();

            BackupView view = backups.find(id).orElseThrow();

            assertThat(view.state()).isEqualTo(State.FAILED);
            assertThat(view.problem()).get().asString().contains("backup key: too short");
            assertThat(folder.resolve("b"))
                    .satisfiesAnyOf(
                            directory -> assertThat(directory).doesNotExist(),
                            directory -> assertThat(directory).isEmptyDirectory());
            assertThat(audit.events().get(1).outcome()).isEqualTo(AuditEvent.Outcome.FAILED);
        }
    }

    @Test
    void a_second_backup_at_the_same_time_is_a_conflict_and_a_stop_ends_the_first() throws IOException {
        try (Database database = Databases.open(Databases.h2())) {
            List<Runnable> later = new ArrayList<>();
            Executor held = later::add;
            Backups backups = new Backups(
                    BackupRig.settings(folder.resolve("b"), Optional.empty(), Optional.empty()),
                    database,
                    new Backups.Means("node-a", "1.0.0", audit, held),
                    Clock.systemUTC());
            BackupView first = backups.start(Actor.HOST);

            assertThat(backups.find(first.id()))
                    .get()
                    .extracting(BackupView::state)
                    .isEqualTo(State.RUNNING);
            assertThatThrownBy(() -> backups.start(Actor.HOST))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(first.id());

            backups.close();
            later.forEach(Runnable::run);

            assertThat(backups.find(first.id()))
                    .get()
                    .extracting(BackupView::problem)
                    .isEqualTo(Optional.of("the host is stopping"));
            assertThat(new BackupFolder(folder.resolve("b"), "node-a").list()).isEmpty();
            assertThatThrownBy(() -> backups.start(Actor.HOST)).hasMessageContaining("stopping");
        }
    }

    @EachDatabase
    void one_of_two_nodes_makes_the_automatic_backup_that_is_due(Database database) throws IOException {
        Backups one = automatic(database, "node-a");
        Backups other = automatic(database, "node-b");

        one.tick();
        other.tick();
        one.tick();

        assertThat(one.list()).hasSize(1).allMatch(BackupView::automatic);
        assertThat(new BackupStore(database).state().goodAt()).isPresent();
        assertThat(one.isOverdue()).isFalse();
    }

    private Backups automatic(Database database, String node) {
        return BackupRig.backups(
                database, BackupRig.settings(folder.resolve("b"), Optional.empty(), DAILY), node, audit);
    }

    @EachDatabase
    void a_claim_is_given_to_one_node_only(Database database) {
        BackupStore store = new BackupStore(database);
        BackupStore.State seen = store.state();

        assertThat(store.claim(seen, Duration.ofHours(1))).isTrue();
        assertThat(store.claim(seen, Duration.ofHours(1))).isFalse();
        assertThat(store.state().busyUntil()).contains(seen.now().plus(Duration.ofHours(1)));
        assertThat(store.epoch()).isEqualTo(store.epoch()).hasSize(36);
    }

    @Test
    void a_failed_automatic_backup_waits_before_it_is_tried_again() throws IOException {
        Files.writeString(folder.resolve("key"), "short");
        try (Database database = Databases.open(Databases.h2())) {
            Backups backups = BackupRig.backups(
                    database,
                    BackupRig.settings(folder.resolve("b"), Optional.of(folder.resolve("key")), DAILY),
                    "node-a",
                    audit);

            backups.tick();
            backups.tick();

            assertThat(backups.list()).hasSize(1).allMatch(view -> view.state() == State.FAILED);
        }
    }

    @Test
    void a_backup_is_overdue_when_two_periods_have_passed() {
        try (Database database = Databases.open(Databases.h2())) {
            Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(49));
            Backups backups = BackupRig.backups(
                    database, BackupRig.settings(folder.resolve("b"), Optional.empty(), DAILY), "node-a", audit);
            backups.tick();
            Backups later = BackupRig.backups(
                    database, BackupRig.settings(folder.resolve("b"), Optional.empty(), DAILY), "node-b", audit, ahead);

            assertThat(backups.isOverdue()).isFalse();
            assertThat(later.isOverdue()).isTrue();
        }
    }

    @Test
    void retention_deletes_old_automatic_backups_and_never_the_newest() throws IOException {
        BackupFolder directory = new BackupFolder(folder, "node-a");
        Instant now = Instant.parse("2026-11-30T12:00:00Z");
        for (int day = 1; day <= 6; day++) {
            publish(directory, "backup-2026110" + day + "T000000Z-00000000", day != 2);
        }

        assertThat(directory.retain(new BackupSettings.Retention(3, Optional.empty()), now))
                .containsExactlyInAnyOrder("backup-20261101T000000Z-00000000", "backup-20261103T000000Z-00000000");
        assertThat(directory.retain(new BackupSettings.Retention(3, Optional.of(Duration.ofDays(1))), now))
                .hasSize(2);
        assertThat(directory.list())
                .extracting(BackupView::id)
                .containsExactly("backup-20261106T000000Z-00000000", "backup-20261102T000000Z-00000000");
    }

    private static void publish(BackupFolder directory, String id, boolean automatic) throws IOException {
        directory.create(id).close();
        directory.publish(new BackupView(
                id,
                State.DONE,
                Instant.parse("2026-11-" + id.substring(13, 15) + "T00:00:00Z"),
                "node-a",
                automatic,
                false,
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    @Test
    void an_archive_that_was_copied_without_its_description_is_listed_by_its_name() throws IOException {
        Files.write(folder.resolve("backup-20261130T120000Z-0123abcd.tar"), new byte[1024]);
        Files.write(folder.resolve("backup-of-mine.tar"), new byte[1024]);

        assertThat(new BackupFolder(folder, "node-a").list())
                .singleElement()
                .satisfies(view -> assertThat(view.createdAt()).isEqualTo("2026-11-30T12:00:00Z"));
    }

    @Test
    void a_daily_backup_keeps_its_time_of_day_over_daylight_saving() {
        BackupSettings.Daily daily = new BackupSettings.Daily(LocalTime.of(2, 30), ZoneId.of("Europe/Berlin"));

        Instant winter = daily.next(Instant.parse("2026-03-28T02:00:00Z"));
        Instant summer = daily.next(winter);

        assertThat(winter).isEqualTo("2026-03-29T01:30:00Z");
        assertThat(summer).isEqualTo("2026-03-30T00:30:00Z");
        assertThat(daily.next(Instant.parse("2026-10-25T00:00:00Z"))).isEqualTo("2026-10-25T00:30:00Z");
        assertThatThrownBy(() -> new BackupSettings.Every(Duration.ofSeconds(1)))
                .hasMessageContaining("at least 1m");
    }

    private Backups backups(Database database, Optional<Path> key) {
        return BackupRig.backups(
                database, BackupRig.settings(folder.resolve("b"), key, Optional.empty()), "node-a", audit);
    }
}
