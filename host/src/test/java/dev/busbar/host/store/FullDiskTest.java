package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that may not grow stands for a disk that is full. */
class FullDiskTest {
    private static final int KIBIBYTES = 3_000;

    @Test
    void what_is_there_can_be_read_on_and_what_was_committed_is_there_later(@TempDir Path data) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f " + KIBIBYTES + "; exec \"$0\" \"$@\"",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fills.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("child.log").toFile())
                .start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(child.exitValue()).as("exit code, see child.log").isZero();
        long committed =
                Long.parseLong(Files.readString(data.resolve("committed")).strip());
        assertThat(committed).isPositive();
        try (Database database = Database.open(StoreSettings.embedded(data))) {
            assertThat(rows(database)).isEqualTo(committed);
            insert(database, "later");
            assertThat(rows(database)).isEqualTo(committed + 1);
        }
    }

    private static long rows(Database database) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select count(*) from role")
                .mapTo(Long.class)
                .one());
    }

    private static void insert(Database database, String name) {
        database.jdbi()
                .useTransaction(handle ->
                        handle.execute("insert into role (name, permissions) values (?, ?)", name, "x".repeat(2_000)));
    }

    /** The child: commits until it cannot, then reads on and tries again. */
    static final class Fills {
        private Fills() {}

        public static void main(String[] args) throws IOException {
            Path data = Path.of(args[0]);
            try (Database database = Database.open(StoreSettings.embedded(data))) {
                int committed = 0;
                while (wrote(database, committed)) {
                    committed++;
                }
                for (int again = 0; again < 3; again++) {
                    // The first who meets the closed database opens it for all.
                    if (again > 0 && rows(database) != committed || wrote(database, -1 - again)) {
                        Runtime.getRuntime().halt(1);
                    }
                }
                Files.writeString(data.resolve("committed"), String.valueOf(committed));
            }
        }

        private static boolean wrote(Database database, int name) {
            try {
                insert(database, String.valueOf(name));
                return true;
            } catch (RuntimeException e) {
                if (!Database.isUnavailable(e)) {
                    throw e;
                }
                return false;
            }
        }
    }
}
