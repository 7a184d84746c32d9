package dev.busbar.host.inbox;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.lifecycle.Consent;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.ReceiptFile;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files as they really appear in a folder: links, renames, tools with temporary names, wrong clocks. */
final class FolderOddsIT {
    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private Path folder;
    private Path elsewhere;

    @BeforeEach
    void begin() throws Exception {
        hosts.host();
        folder = hosts.folder();
        elsewhere = Files.createDirectories(hosts.data().resolve("elsewhere"));
    }

    private void serves(String text) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(8))
                .untilAsserted(() ->
                        assertThat(hosts.host().get("/api/billing").body()).isEqualTo(text));
    }

    private long generation() {
        return hosts.plugins().find("billing").orElseThrow().generation();
    }

    /** A jar dropped after something else: once it is served, the folder was looked at after that. */
    private void passes() {
        Path marker = answering("marker", "1.0." + System.nanoTime()).write(folder.resolve("marker.jar"));
        ReceiptFile.await(marker, "ACTIVE", "");
    }

    @Test
    void a_symbolic_link_is_followed_and_its_new_target_swapped_in() throws Exception {
        Path first = answering("billing", "1.0.0").write(elsewhere.resolve("one.jar"));
        Path second = answering("billing", "2.0.0").write(elsewhere.resolve("two.jar"));
        Files.createSymbolicLink(folder.resolve("billing.jar"), first);
        serves("1.0.0");

        Path next = Files.createSymbolicLink(folder.resolve(".next"), second);
        Files.move(next, folder.resolve("billing.jar"), StandardCopyOption.ATOMIC_MOVE);

        serves("2.0.0");
    }

    @Test
    void a_mounted_volume_that_swaps_a_linked_directory_swaps_the_plugin() throws Exception {
        Path one = Files.createDirectories(folder.resolve("..one"));
        Path two = Files.createDirectories(folder.resolve("..two"));
        answering("billing", "1.0.0").write(one.resolve("billing.jar"));
        answering("billing", "2.0.0").write(two.resolve("billing.jar"));
        Files.createSymbolicLink(folder.resolve("..data"), one.getFileName());
        Files.createSymbolicLink(folder.resolve("billing.jar"), Path.of("..data", "billing.jar"));
        serves("1.0.0");

        Files.createSymbolicLink(folder.resolve("..tmp"), two.getFileName());
        Files.move(folder.resolve("..tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        serves("2.0.0");
    }

    @Test
    void a_dangling_link_is_rejected_and_removes_nothing() throws Exception {
        Path target = answering("billing", "1.0.0").write(elsewhere.resolve("one.jar"));
        Path link = Files.createSymbolicLink(folder.resolve("billing.jar"), target);
        serves("1.0.0");

        Files.delete(target);

        ReceiptFile.await(link, "REJECTED", "it cannot be read (a link to nowhere");
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_hard_link_whose_other_name_is_written_to_is_swapped_in_whole() throws Exception {
        Path other = answering("billing", "1.0.0").write(elsewhere.resolve("one.jar"));
        Files.createLink(folder.resolve("billing.jar"), other);
        serves("1.0.0");

        Files.write(other, answering("billing", "2.0.0").bytes(), StandardOpenOption.TRUNCATE_EXISTING);

        serves("2.0.0");
    }

    @Test
    void a_file_from_the_future_is_accepted_and_so_is_the_older_one_that_replaces_it() throws Exception {
        Path staged = answering("billing", "1.0.0").write(elsewhere.resolve("billing.jar"));
        Files.setLastModifiedTime(staged, FileTime.from(Instant.now().plus(Duration.ofDays(3650))));
        Files.move(staged, folder.resolve("billing.jar"), StandardCopyOption.ATOMIC_MOVE);
        serves("1.0.0");

        staged = answering("billing", "2.0.0").write(elsewhere.resolve("billing.jar"));
        Files.setLastModifiedTime(staged, FileTime.from(Instant.EPOCH));
        Files.move(staged, folder.resolve("billing.jar"), StandardCopyOption.ATOMIC_MOVE);

        serves("2.0.0");
    }

    @Test
    void the_temporary_name_of_a_copying_tool_is_not_looked_at() throws Exception {
        Path temporary = folder.resolve(".billing.jar.Xa3f9Q");
        Files.write(temporary, answering("billing", "1.0.0").bytes());
        passes();
        assertThat(hosts.plugins().find("billing")).isEmpty();

        Files.move(temporary, folder.resolve("billing.jar"), StandardCopyOption.ATOMIC_MOVE);

        serves("1.0.0");
    }

    @Test
    void a_copy_in_pieces_is_installed_once_it_is_complete() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        long before = generation();
        byte[] jar = answering("billing", "2.0.0").bytes();
        int pieces = 8;
        try (OutputStream out = Files.newOutputStream(folder.resolve("billing.jar"))) {
            for (int i = 0; i < pieces; i++) {
                out.write(Arrays.copyOfRange(jar, jar.length * i / pieces, jar.length * (i + 1) / pieces));
                out.flush();
                passes(); // longer than a file has to stand still
                assertThat(hosts.host().get("/api/billing").body()).startsWith(i < pieces - 1 ? "1.0.0" : "");
            }
        }

        serves("2.0.0");
        assertThat(generation()).isGreaterThan(before);
        ReceiptFile.await(folder.resolve("billing.jar"), "ACTIVE", "");
    }

    @Test
    void a_swap_by_two_renames_is_one_swap() throws Exception {
        Path jar = answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        answering("billing", "2.0.0").write(elsewhere.resolve("billing.jar"));

        Files.move(jar, folder.resolve("billing.jar.bak"));
        Files.move(elsewhere.resolve("billing.jar"), jar);

        serves("2.0.0");
        passes();
        assertThat(hosts.plugins().generations("billing")).hasSize(2);
    }

    @Test
    void a_file_that_is_removed_while_its_successor_starts_removes_only_itself() throws Exception {
        Path jar = answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        System.getProperties().put("busbar.test.latches", List.of(begun, gate));
        byte[] successor = answering("billing", "3.0.0")
                .members("public void start(PlatformContext context) throws Exception {"
                        + " List<?> latches = (List<?>) System.getProperties().remove(\"busbar.test.latches\");"
                        + " ((CountDownLatch) latches.get(0)).countDown();"
                        + " ((CountDownLatch) latches.get(1)).await(); }")
                .bytes();
        CompletableFuture<PluginView> install = hosts.plugins()
                .by(Actor.HOST)
                .install(new ByteArrayInputStream(successor), Optional.empty(), Consent.NONE, () -> {});
        assertThat(begun.await(8, TimeUnit.SECONDS)).isTrue();

        Files.delete(jar);
        passes();
        passes();
        gate.countDown();

        assertThat(install.join().version()).isEqualTo("3.0.0");
        passes();
        serves("3.0.0");
    }

    @Test
    void two_jars_that_wait_beside_what_serves_do_not_wake_each_other() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        answering("orders", "1.0.0").write(folder.resolve("orders.jar"));
        serves("1.0.0");
        Path one = answering("billing", "2.0.0")
                .attribute("Plugin-Dependencies", "turbo")
                .write(folder.resolve("billing.jar"));
        Path two = answering("orders", "2.0.0")
                .attribute("Plugin-Dependencies", "turbo")
                .write(folder.resolve("orders.jar"));
        ReceiptFile.await(one, "WAITING", "requires turbo");
        ReceiptFile.await(two, "WAITING", "requires turbo");
        FileTime before = Files.getLastModifiedTime(one.resolveSibling("billing.jar.status.json"));

        ReceiptFile.await(two, "WAITING", "requires turbo");
        Path odd = Files.writeString(folder.resolve("odd.jar"), "no jar");
        ReceiptFile.await(odd, "REJECTED", "not a complete zip");

        assertThat(Files.getLastModifiedTime(one.resolveSibling("billing.jar.status.json")))
                .isEqualTo(before);
    }

    @Test
    void a_jar_that_could_not_take_over_at_once_does_so_once_it_can() throws Exception {
        Path database = elsewhere.resolve("database.up");
        Path newer = answering("billing", "2.0.0").write(folder.resolve("a.jar"));
        serves("2.0.0");
        Path older = answering("billing", "1.0.0")
                .members("public void start(PlatformContext context) throws IOException {"
                        + " if (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + database + "\"))) {"
                        + " throw new IOException(\"no database\"); } }")
                .write(folder.resolve("b.jar"));
        ReceiptFile.await(older, "REJECTED", "lower than 2.0.0");
        Files.delete(newer);
        ReceiptFile.await(older, "FAILED", "no database");

        Files.createFile(database);

        serves("1.0.0");
    }
}
