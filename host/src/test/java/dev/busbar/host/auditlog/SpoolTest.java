package dev.busbar.host.auditlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int BYTES = 4_096;
    private static final int BEGIN = 1_024;

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("spool");
    }

    private Spool open() throws IOException {
        return Spool.open(file, BYTES);
    }

    private List<String> reopened() throws IOException {
        try (Spool spool = open()) {
            return texts(spool);
        }
    }

    private static List<String> texts(Spool spool) {
        return spool.entries().stream().map(entry -> new String(entry, UTF_8)).toList();
    }

    private void overwrite(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at);
            raw.write(bytes);
        }
    }

    @Test
    void all_of_it_is_written_at_once_and_for_its_owner_alone() throws IOException {
        open().close();

        assertThat(Files.size(file)).isEqualTo(BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void each_change_is_forced_to_the_disk_before_it_returns() throws IOException {
        open().close();
        List<byte[]> forced = new ArrayList<>();
        try (Spool spool = Spool.open(file, BYTES, raw -> forced.add(Files.readAllBytes(file)))) {
            spool.add("one".getBytes(UTF_8));
            assertThat(new String(forced.get(forced.size() - 1), UTF_8)).contains("one");

            forced.clear();
            spool.clear(1);
            Files.write(folder.resolve("forced"), forced.get(forced.size() - 1));
        }
        try (Spool emptied = Spool.open(folder.resolve("forced"), BYTES)) {
            assertThat(emptied.isEmpty()).isTrue();
        }
    }

    @Test
    void forcing_asks_the_disk() throws IOException {
        open().close();
        RandomAccessFile closed = new RandomAccessFile(file.toFile(), "rw");
        closed.close();

        assertThatThrownBy(() -> Spool.sync(closed)).isInstanceOf(IOException.class);
    }

    @Test
    void what_was_added_is_there_after_a_restart() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.add("two".getBytes(UTF_8));
        }

        assertThat(reopened()).containsExactly("one", "two");
        assertThat(Files.size(file)).isEqualTo(BYTES);
    }

    @Test
    void an_emptied_spool_stays_empty_and_shows_nothing_of_before() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.add("two".getBytes(UTF_8));
            spool.clear(2);
            assertThat(spool.isEmpty()).isTrue();
        }
        assertThat(reopened()).isEmpty();

        try (Spool spool = open()) {
            spool.add("six".getBytes(UTF_8));
        }
        assertThat(reopened()).containsExactly("six");
    }

    @Test
    void entries_of_an_older_epoch_do_not_come_back_behind_a_shorter_new_one() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.add("two".getBytes(UTF_8));
            spool.clear(2);
            spool.add("new".getBytes(UTF_8));
        }
        // The end mark behind the new entry did not make it to the disk, so the old second entry stands there.
        try (Spool old = Spool.open(folder.resolve("other"), BYTES)) {
            old.add("one".getBytes(UTF_8));
            old.add("two".getBytes(UTF_8));
        }
        byte[] before = Files.readAllBytes(folder.resolve("other"));
        byte[] second = new byte[11];
        System.arraycopy(before, BEGIN + 11, second, 0, 11);
        overwrite(BEGIN + 11, second);

        assertThat(reopened()).containsExactly("new");
    }

    @Test
    void it_is_not_emptied_under_what_has_come_since() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.add("two".getBytes(UTF_8));

            spool.clear(1);

            assertThat(texts(spool)).containsExactly("one", "two");
        }
    }

    @Test
    void a_torn_last_entry_is_left_out_and_its_place_used_again() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.add("two".getBytes(UTF_8));
        }
        overwrite(BEGIN + 11 + 8 + 1, new byte[] {0});

        assertThat(reopened()).containsExactly("one");
        try (Spool spool = open()) {
            spool.add("three".getBytes(UTF_8));
        }
        assertThat(reopened()).containsExactly("one", "three");
    }

    @Test
    void a_length_beyond_the_file_is_torn_too() throws IOException {
        open().close();
        overwrite(BEGIN, new byte[] {0x7f, 0x7f, 0x7f, 0x7f});

        assertThat(reopened()).isEmpty();
    }

    @Test
    void one_torn_sector_is_survived_and_two_are_refused() throws IOException {
        try (Spool spool = open()) {
            spool.add("one".getBytes(UTF_8));
            spool.clear(1);
            spool.add("two".getBytes(UTF_8));
        }
        overwrite(0, new byte[12]);
        assertThat(reopened()).containsExactly("two");

        overwrite(0, new byte[] {9});
        overwrite(512, new byte[] {9});
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    }

    @Test
    void a_full_spool_fails_and_keeps_its_entries() throws IOException {
        byte[] half = new byte[1_500];
        try (Spool spool = open()) {
            spool.add(half);
            spool.add(half);

            assertThatThrownBy(() -> spool.add(half))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("full with 2 entries");
            assertThat(spool.entries()).hasSize(2);
        }
        assertThat(reopened()).hasSize(2);
    }

    @Test
    void a_thread_that_is_interrupted_does_not_end_it() throws IOException {
        try (Spool spool = open()) {
            Thread.currentThread().interrupt();
            spool.add("one".getBytes(UTF_8));
            assertThat(Thread.interrupted()).isTrue();

            spool.add("two".getBytes(UTF_8));
            assertThat(texts(spool)).containsExactly("one", "two");
        }
    }
}
