package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Retention of jars, and rollbacks that are rejected. */
final class RetentionIT {
    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.keep=3");

    private List<String> kept() {
        try (Stream<Path> all = Files.list(hosts.data().resolve("work").resolve("artifacts"))) {
            return all.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void keeps(int count) {
        await().untilAsserted(() -> assertThat(kept()).hasSize(count));
    }

    private String served() throws Exception {
        return hosts.host().get("/api/billing").body();
    }

    @Test
    void the_jars_of_the_history_are_kept() throws Exception {
        for (int i = 1; i <= 6; i++) {
            hosts.host().install(answering("billing", i + ".0.0"));
        }

        keeps(3);
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo("4.0.0");
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(409);
        keeps(1);
        hosts.restart();
        assertThat(served()).isEqualTo("4.0.0");
    }

    @Test
    void jars_that_are_removed_or_rejected_are_deleted() throws Exception {
        hosts.host().install(answering("billing", "2.0.0"));
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.host().install(answering("admin", "1.0.0"));
        Path broken = hosts.folder().resolve("broken.jar");
        Files.writeString(broken, "no jar");
        ReceiptFile.await(broken, "REJECTED", "not a complete zip");
        keeps(1);

        hosts.host().remove("billing");

        keeps(0);
    }

    @Test
    void another_jar_in_the_folder_replaces_one_that_is_removed() throws Exception {
        Path newer = answering("billing", "2.0.0").write(hosts.folder().resolve("a.jar"));
        hosts.host();
        Path older = answering("billing", "1.0.0").write(hosts.folder().resolve("b.jar"));
        ReceiptFile.await(older, "REJECTED", "lower than 2.0.0");
        keeps(1);

        Files.delete(newer);

        await().untilAsserted(() -> assertThat(served()).isEqualTo("1.0.0"));
        keeps(2); // one runs, and one can be gone back to
    }

    @Test
    void there_is_no_way_back_over_state_that_cannot_be_read() throws Exception {
        hosts.host().install(stateful("1.0.0", "1"));
        hosts.host().install(stateful("2.0.0", "2 reads 1-2"));

        var refused = hosts.host().change("billing", "rollback");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("version 2.0.0 has written state of schema 2, and version 1.0.0 reads 1 to 1", "no way back");
        assertThat(served()).isEqualTo("2.0.0");
        assertThat(hosts.host()
                        .install(stateful("1.0.0", "1"), "?allowDowngrade=true")
                        .statusCode())
                .isEqualTo(409);
        assertThat(hosts.host().change("billing", "rollback?force=true").statusCode())
                .isEqualTo(200);
        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void a_version_without_state_of_its_own_is_no_way_around_it() throws Exception {
        hosts.host().install(stateful("2.0.0", "2"));
        hosts.host().install(answering("billing", "3.0.0"));

        assertThat(hosts.host().install(stateful("4.0.0", "3")).statusCode()).isEqualTo(409);
        assertThat(hosts.host().install(stateful("4.0.0", "3 reads 2-3")).statusCode())
                .isEqualTo(200);
    }

    private static PluginJar stateful(String version, String state) {
        return answering("billing", version).attribute("Busbar-State", state);
    }
}
