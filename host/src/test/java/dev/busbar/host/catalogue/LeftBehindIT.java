package dev.busbar.host.catalogue;

import static dev.busbar.host.catalogue.Scene.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.testing.HostExtension;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drives the cases of the catalogue that leave something behind which holds them in memory. Each hands the test a way to
 * undo that; then it must be gone after all, so that what was named was all that held it.
 */
final class LeftBehindIT {
    private static final String UNDO = "busbar.test.undo";
    private static final String BORROWED = "busbar.test.borrowed";

    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.closeLimit=500ms", "--swap.drainMargin=100ms");

    private final ExecutorService borrowed =
            Executors.newSingleThreadExecutor(task -> new Thread(null, task, "borrowed", 0, false));

    private @Nullable Runnable undoing;

    /** A thread that began before, and so has nothing of a plugin but what one puts there. */
    @BeforeEach
    void lend() throws Exception {
        borrowed.submit(() -> {}).get();
        System.getProperties().put(BORROWED, borrowed);
    }

    @AfterEach
    void takeBack() {
        System.getProperties().remove(BORROWED);
        undo();
        borrowed.shutdown();
    }

    private void undo() {
        takeOver();
        if (undoing != null) {
            undoing.run();
            undoing = null;
        }
    }

    /** Takes what undoes the leak out of the properties, where it would be found to hold the plugin itself. */
    private void takeOver() {
        if (System.getProperties().remove(UNDO) instanceof Runnable left) {
            undoing = left;
        }
    }

    static Stream<BadPlugin> left() {
        return BadPlugin.ofKind("leak");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("left")
    void what_a_jar_leaves_behind_is_named(BadPlugin bad) throws Exception {
        String[] wanted = bad.reason().split(" \\| ");
        try (Scene scene = new Scene(hosts.host())) {
            scene.drop(bad.fileName(), bad.jar());
            scene.receipt(bad.fileName(), bad.jar(), "ACTIVE");
            takeOver();

            scene.takes(bad.fileName(), bad.name(), "3.0.0");

            eventually(() -> {
                System.gc();
                JsonNode old = scene.generation(bad.name(), "2.0.0");
                assertThat(old.path("state").asText()).isEqualTo(bad.state());
                assertThat(old.path("unload").path("suspects"))
                        .as(old.toString())
                        .anySatisfy(suspect -> assertThat(suspect.asText()).containsAnyOf(wanted));
            });
            assertThat(uncollected(bad)).isEqualTo("1.0");
            scene.neighbourIsWell();
            undo();
            eventually(() -> {
                System.gc();
                JsonNode unload = scene.generation(bad.name(), "2.0.0").path("unload");
                assertThat(unload.path("collected").asBoolean())
                        .as(unload.toString())
                        .isTrue();
            });
            assertThat(uncollected(bad)).isEqualTo("0.0");
        }
    }

    /** What the metrics say of the generations that are still in memory. */
    private String uncollected(BadPlugin bad) throws Exception {
        String series = "busbar_generations_uncollected{plugin=\"" + bad.name() + "\"} ";
        return hosts.host()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .map(line -> line.substring(series.length()))
                .findFirst()
                .orElse("no such series");
    }
}
