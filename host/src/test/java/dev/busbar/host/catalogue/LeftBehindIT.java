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
 * The cases that leak. Each gives the test a way to undo its leak, after which the generation must be collected, which proves that the named suspect was the only holder.
 */
final class LeftBehindIT {
    private static final String UNDO = "busbar.test.undo";
    private static final String BORROWED = "busbar.test.borrowed";

    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.closeLimit=500ms", "--swap.drainMargin=100ms");

    private final ExecutorService borrowed =
            Executors.newSingleThreadExecutor(task -> new Thread(null, task, "borrowed", 0, false));

    private @Nullable Runnable undoing;

    /** A thread that was started before, and references a plugin only if the plugin does so. */
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

    /** Removes the undo action from the system properties, where it would itself hold the plugin. */
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
    void a_leak_is_reported_with_its_holder(BadPlugin bad) throws Exception {
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

    /** The metric of generations that are still in memory. */
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
