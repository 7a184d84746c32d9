package dev.busbar.host.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.FakeAuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that may not grow stands for a disk that is full. */
final class FullDiskBackupTest {
    private static final int KIBIBYTES = 2_000;

    @Test
    void a_backup_that_does_not_fit_fails_with_the_reason_and_leaves_nothing(@TempDir Path folder) throws Exception {
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f " + KIBIBYTES + "; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(folder.resolve("result")))
                .as(Files.readString(folder.resolve("child.log")))
                .isEqualTo("FAILED File too large, then DONE");
        try (Stream<Path> files = Files.list(folder.resolve("b"))) {
            assertThat(files).hasSize(2);
        }
    }

    /** The child: backs up a store that is larger than a file may be, and again when it has become small. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            try (Database database = Database.open(StoreSettings.of("jdbc:h2:mem:full", "", ""))) {
                Backups backups = BackupRig.backups(
                        database,
                        BackupRig.settings(folder.resolve("b"), Optional.empty(), Optional.empty()),
                        "node-a",
                        new FakeAuditTrail());
                database.jdbi()
                        .useHandle(handle -> handle.execute(
                                "insert into role (name, permissions) values ('a', ?)", "x".repeat(KIBIBYTES << 11)));
                BackupView large = backups.find(backups.start(Actor.HOST).id()).orElseThrow();
                database.jdbi().useHandle(handle -> handle.execute("delete from role"));
                BackupView small = backups.find(backups.start(Actor.HOST).id()).orElseThrow();
                Files.writeString(
                        folder.resolve("result"),
                        large.state() + " " + large.problem().orElse("") + ", then " + small.state());
            }
        }
    }
}
