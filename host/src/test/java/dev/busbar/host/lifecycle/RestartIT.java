package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.desired.Origin;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Restarts: desired state, and nothing else, decides what runs then. */
final class RestartIT {
    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private PluginView view() {
        return hosts.plugins().find("billing").orElseThrow();
    }

    private String served() throws Exception {
        return hosts.host().get("/api/billing").body();
    }

    private void serves(String text) {
        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(served()).isEqualTo(text));
    }

    private List<Path> shadows() throws IOException {
        try (Stream<Path> all = Files.walk(hosts.data().resolve("work").resolve("artifacts"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void what_was_installed_is_served_again() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));

        hosts.restart();

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void what_was_disabled_stays_so_until_it_is_enabled() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.host().change("billing", "disable");

        hosts.restart();

        assertThat(view().state()).isEqualTo(PluginState.DISABLED);
        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        hosts.host().change("billing", "enable");
        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void a_refused_jar_says_why_after_a_restart_too() throws Exception {
        Path file = hosts.folder().resolve("billing.jar");
        answering("billing", "1.0.0").write(file);
        hosts.host();
        answering("billing", "2.0").write(file);
        ReceiptFile.await(file, "REJECTED", "a semantic version such as 1.0.0");

        hosts.restart();

        assertThat(served()).isEqualTo("1.0.0");
        ReceiptFile.await(file, "REJECTED", "a semantic version such as 1.0.0");
    }

    @Test
    void what_was_removed_does_not_come_back() throws Exception {
        answering("billing", "1.0.0").write(hosts.folder().resolve("billing.jar"));
        hosts.host().remove("billing");

        hosts.restart();

        assertThat(hosts.plugins().list()).isEmpty();
    }

    @Test
    void a_rollback_is_not_undone_by_the_newer_jar_in_the_folder() throws Exception {
        Path file = hosts.folder().resolve("billing.jar");
        answering("billing", "1.0.0").write(file);
        hosts.host();
        answering("billing", "2.0.0").write(file);
        serves("2.0.0");
        hosts.host().change("billing", "rollback");

        hosts.restart();

        assertThat(served()).isEqualTo("1.0.0");
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(409);
    }

    @Test
    void a_jar_deleted_while_the_host_was_down_is_removed() throws Exception {
        Path file = answering("billing", "1.0.0").write(hosts.folder().resolve("billing.jar"));
        hosts.host();
        hosts.stop();

        Files.delete(file);

        hosts.host();
        await().untilAsserted(() -> assertThat(hosts.plugins().list()).isEmpty());
    }

    @Test
    void a_jar_replaced_while_the_host_was_down_is_swapped_in() throws Exception {
        Path file = answering("billing", "1.0.0").write(hosts.folder().resolve("billing.jar"));
        hosts.host();
        hosts.stop();

        answering("billing", "2.0.0").write(file);

        hosts.host();
        assertThat(served()).isEqualTo("2.0.0");
    }

    @Test
    void a_deleted_shadow_copy_is_restored_from_the_store() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.stop();
        for (Path shadow : shadows()) {
            Files.delete(shadow);
        }

        hosts.host();

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void a_damaged_shadow_copy_is_restored_from_the_store() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.stop();
        for (Path shadow : shadows()) {
            byte[] bytes = Files.readAllBytes(shadow);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(shadow, bytes);
        }

        hosts.host();

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void a_bundled_platform_is_overridden_by_a_higher_version_and_returns_when_that_is_removed() throws Exception {
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        answering("billing", "1.5.0").write(platforms.resolve("billing.jar"));
        hosts.host();
        assertThat(served()).isEqualTo("1.5.0");
        assertThat(view().origin().source()).isEqualTo(Origin.Source.BUNDLED);
        assertThat(platforms.resolve("billing.jar.status.json")).doesNotExist();

        answering("billing", "2.0.0").write(hosts.folder().resolve("billing.jar"));
        serves("2.0.0");
        hosts.restart();
        assertThat(served()).isEqualTo("2.0.0");
        Files.delete(hosts.folder().resolve("billing.jar"));

        serves("1.5.0");
        assertThat(view().origin().source()).isEqualTo(Origin.Source.BUNDLED);
    }

    @Test
    void a_lower_version_in_the_folder_does_not_override_a_bundled_one() throws Exception {
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        answering("billing", "1.5.0").write(platforms.resolve("billing.jar"));
        answering("billing", "1.0.0").write(hosts.folder().resolve("billing.jar"));

        hosts.host();

        assertThat(served()).isEqualTo("1.5.0");
        assertThat(hosts.folder().resolve("billing.jar.status.json")).content().contains("\"REJECTED\"");
    }

    @Test
    void a_bundled_platform_can_be_switched_off_before_it_ever_ran() throws Exception {
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        answering("billing", "1.5.0").write(platforms.resolve("billing.jar"));
        Files.createFile(hosts.folder().resolve("billing.disabled"));

        hosts.host();

        assertThat(view().state()).isEqualTo(PluginState.DISABLED);
        assertThat(hosts.plugins().generations("billing")).isEmpty();
    }

    @Test
    void a_jar_that_did_not_start_is_tried_again() throws Exception {
        Path there = hosts.data().resolve("there");
        PluginJar.named("billing")
                .members("@Override public void start(PlatformContext c) throws Exception {"
                        + " if (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + there
                        + "\"))) { throw new IOException(\"not there\"); } }")
                .write(hosts.folder().resolve("billing.jar"));
        hosts.host();
        assertThat(view().state()).isEqualTo(PluginState.FAILED);
        Files.createFile(there);

        hosts.restart();

        assertThat(view().state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void a_plugin_that_fails_at_a_restart_keeps_no_other_from_serving() throws Exception {
        Path there = Files.createFile(hosts.data().resolve("there"));
        hosts.host()
                .install(PluginJar.named("fragile")
                        .members("@Override public void start(PlatformContext c) throws Exception {"
                                + " if (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + there
                                + "\"))) { throw new IOException(\"not there\"); } }"));
        hosts.host().install(answering("billing", "1.0.0"));
        Files.delete(there);

        TestHost host = hosts.restart();

        assertThat(served()).isEqualTo("1.0.0");
        assertThat(host.get("/api/fragile").statusCode()).isEqualTo(503);
        assertThat(host.get("/admin/plugins/fragile").body()).contains("FAILED", "not there");
        Files.createFile(there);
        assertThat(host.change("fragile", "reload").statusCode()).isEqualTo(200);
    }

    @Test
    void each_generation_has_a_number_and_its_scratch_directories_are_gone_after_a_restart() throws Exception {
        hosts.host()
                .install(PluginJar.named("billing")
                        .members("@Override public void start(PlatformContext c) throws Exception {"
                                + " java.nio.file.Files.createFile(c.scratch().resolve(\"left\")); }"));
        Path scratch = hosts.data().resolve("work").resolve("scratch");
        assertThat(scratch).isDirectoryRecursivelyContaining("glob:**/left");

        hosts.stop();

        assertThat(scratch).isEmptyDirectory();
    }
}
