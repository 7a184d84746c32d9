package dev.busbar.host.inbox;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.testing.HostExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes without a change of a jar: a marker file, a folder that is unavailable for a while. */
final class FolderUnavailableIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.startLimit=2s");

    private Path folder;

    @BeforeEach
    void begin() {
        folder = HOSTS.host().folder();
    }

    private static void eventually(ThrowingRunnable check) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(8))
                .untilAsserted(check);
    }

    private static void serves(String text) {
        eventually(() -> assertThat(HOSTS.host().get("/api/billing").body()).isEqualTo(text));
    }

    private static void answers(int status) {
        eventually(
                () -> assertThat(HOSTS.host().get("/api/billing").statusCode()).isEqualTo(status));
    }

    private static PluginView view() {
        return HOSTS.plugins().find("billing").orElseThrow();
    }

    @Test
    void a_folder_that_is_unavailable_for_a_while_removes_nothing() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        long generation = view().generation();
        Path away = folder.resolveSibling("away");

        Files.move(folder, away);
        await().during(Duration.ofMillis(400)).atMost(Duration.ofSeconds(5)).untilAsserted(() -> answers(200));
        Files.move(away, folder);

        answering("billing", "2.0.0").write(folder.resolve("billing.jar"));
        serves("2.0.0");
        assertThat(view().generation()).isEqualTo(generation + 1);
    }

    @Test
    void a_disabled_file_switches_the_platform_off_and_its_removal_on_again() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");

        Files.createFile(folder.resolve("billing.disabled"));
        answers(503);
        eventually(() -> assertThat(folder.resolve("billing.jar.status.json"))
                .content()
                .contains(PluginState.DISABLED.name(), "enable it"));
        Files.delete(folder.resolve("billing.disabled"));

        serves("1.0.0");
    }
}
