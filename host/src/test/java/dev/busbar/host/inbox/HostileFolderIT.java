package dev.busbar.host.inbox;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.ReceiptFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A drop folder into which somebody writes who is not the operator: links, sizes and names. */
final class HostileFolderIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static final long GIGABYTE = 1L << 30;

    private Path folder;

    @BeforeEach
    void begin() {
        HOSTS.host();
        folder = HOSTS.folder();
    }

    /** A file that has a size and occupies no blocks. */
    private Path sparse(String name, long bytes) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(bytes);
        }
        return file;
    }

    private long workBytes() throws IOException {
        try (Stream<Path> all = Files.walk(HOSTS.data().resolve("work"))) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void a_receipt_is_not_written_through_a_link() throws Exception {
        Path treasure = Files.writeString(HOSTS.data().resolve("treasure"), "of the host");
        String node = Files.readString(HOSTS.data().resolve("node")).strip();
        Files.createSymbolicLink(folder.resolve(".billing.jar." + node + ".status.tmp"), treasure);
        Files.createSymbolicLink(folder.resolve("billing.jar.status.json"), treasure);

        Path jar = answering("billing", "1.0.0").write(folder.resolve("billing.jar"));

        ReceiptFile.await(jar, "ACTIVE", "");
        assertThat(treasure).hasContent("of the host");
        assertThat(Files.isSymbolicLink(folder.resolve("billing.jar.status.json")))
                .isFalse();
    }

    @Test
    void a_jar_beyond_the_limit_is_rejected_without_a_copy() throws Exception {
        long before = workBytes();

        Path jar = sparse("huge.jar", 3 * GIGABYTE);

        ReceiptFile.await(jar, "REJECTED", "it has " + 3 * GIGABYTE + " bytes (expected: at most " + GIGABYTE / 2);
        assertThat(workBytes()).isEqualTo(before);
    }

    @Test
    void an_allow_file_beyond_the_limit_is_ignored() throws Exception {
        Path allow = sparse("billing.jar.allow", 3 * GIGABYTE);

        Path jar = answering("billing", "1.0.0").write(folder.resolve("billing.jar"));

        ReceiptFile.await(jar, "ACTIVE", "");
        Files.delete(allow);
    }

    @Test
    void a_link_to_a_file_of_the_kernel_is_not_opened() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("odd.jar"), Path.of("/proc/self/environ"));

        ReceiptFile.await(link, "REJECTED", "it is empty");
    }

    @Test
    void a_file_whose_name_is_in_another_encoding_is_ignored() throws Exception {
        Path jar = answering("billing", "1.0.0").write(HOSTS.data().resolve("billing.jar"));
        Process copied = new ProcessBuilder("sh", "-c", "cp \"$0\" \"$(printf 'odd\\377.jar')\"", jar.toString())
                .directory(folder.toFile())
                .start();
        assertThat(copied.waitFor()).isZero();

        Path marker = answering("marker", "1.0.0").write(folder.resolve("marker.jar"));

        ReceiptFile.await(marker, "ACTIVE", "");
        assertThat(HOSTS.plugins().find("billing")).isEmpty();
    }

    @Test
    void a_name_that_leaves_no_room_for_a_receipt_is_not_installed() throws Exception {
        Path odd = answering("billing", "1.0.0").write(folder.resolve("b".repeat(191) + ".jar"));
        Path marker = answering("marker", "1.0.0").write(folder.resolve("marker.jar"));

        ReceiptFile.await(marker, "ACTIVE", "");

        await().during(Duration.ofMillis(200))
                .until(() -> HOSTS.plugins().find("billing").isEmpty());
        assertThat(ReceiptFile.of(odd).state()).isEqualTo("none");
        assertThat(HOSTS.host().get("/api/marker").body()).isEqualTo("1.0.0");
    }
}
