package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
    private static final int ROWS = 300;

    @Test
    void rows_committed_before_the_process_dies_are_all_there_afterwards(@TempDir Path data) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dies.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("child.log").toFile())
                .start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(child.exitValue()).as("exit code, see child.log").isEqualTo(9);
        try (Database database = Database.open(StoreSettings.embedded(data))) {
            long rows = database.jdbi().withHandle(handle -> handle.createQuery("select count(*) from role")
                    .mapTo(Long.class)
                    .one());
            assertThat(rows).isEqualTo(ROWS);
            assertThat(new Blobs(database, "artifacts", Clock.systemUTC()).contains("last"))
                    .isTrue();
        }
    }

    @Test
    void a_file_that_has_grown_is_small_again_after_a_good_stop(@TempDir Path data) throws IOException {
        StoreSettings settings = StoreSettings.embedded(data);
        Path file = data.resolve("store").resolve("busbar.mv.db");
        try (Database database = Database.open(settings)) {
            Blobs blobs = new Blobs(database, "artifacts", Clock.systemUTC());
            for (int n = 0; n < 12; n++) {
                blobs.put("gone-" + n, new ByteArrayInputStream(noise(2_000_000)));
                blobs.delete("gone-" + n);
            }
            blobs.put("kept", new ByteArrayInputStream(noise(100_000)));
            assertThat(Files.size(file)).isGreaterThan(16 << 20);
        }

        assertThat(Files.size(file)).isLessThan(2 << 20);
        try (Database database = Database.open(settings)) {
            assertThat(new Blobs(database, "artifacts", Clock.systemUTC())
                            .open("kept")
                            .orElseThrow())
                    .hasBinaryContent(noise(100_000));
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** The child: commits row after row, then ends as {@code kill -9} would, right after its last commit. */
    static final class Dies {
        private Dies() {}

        public static void main(String[] args) throws IOException {
            Database database = Database.open(StoreSettings.embedded(Path.of(args[0])));
            for (int n = 0; n < ROWS; n++) {
                int name = n;
                database.jdbi()
                        .useTransaction(handle -> handle.execute(
                                "insert into role (name, permissions) values (?, '')", String.valueOf(name)));
            }
            new Blobs(database, "artifacts", Clock.systemUTC())
                    .put("last", new ByteArrayInputStream(new byte[2_000_000]));
            Runtime.getRuntime().halt(9);
        }
    }
}
