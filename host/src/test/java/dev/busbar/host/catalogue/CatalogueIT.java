package dev.busbar.host.catalogue;

import static dev.busbar.host.catalogue.Scene.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.HostProcess;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drops the jar of every case into the folder of a host that serves another plugin and, for a case that does not serve itself, an earlier version of the same plugin.
 */
final class CatalogueIT {
    @RegisterExtension
    static final HostExtension QUICK =
            new HostExtension("--swap.startLimit=1s", "--swap.closeLimit=500ms", "--swap.drainMargin=100ms");

    private static final String LET_GO = "busbar.test.letGo";

    @RegisterExtension
    final HostExtension patient = new HostExtension();

    @RegisterExtension
    final HostExtension production = new HostExtension(
            "--env=production", "--stop.delay=0s", "--trust.signatures=off", "--trust.publicRoutes=*");

    @BeforeEach
    void hold() {
        System.clearProperty(LET_GO);
    }

    /** Releases stuck code after each test. */
    @AfterEach
    void letGo() {
        System.setProperty(LET_GO, "yes");
    }

    private TestHost hostFor(BadPlugin bad) {
        return switch (bad.find("on").orElse("")) {
            case "production" -> production.host();
            case "patience" -> patient.host();
            default -> QUICK.host();
        };
    }

    static Stream<BadPlugin> neverLoaded() {
        return BadPlugin.ofKind("file");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("neverLoaded")
    void a_rejected_jar_changes_nothing(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(hostFor(bad))) {
            anEarlierVersionServes(scene, bad);

            isRefusedAndChangesNothing(scene, bad);

            scene.takes(bad.fileName(), bad.name(), "3.0.0");
        }
    }

    static Stream<BadPlugin> neverStarted() {
        return BadPlugin.ofKind("start");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("neverStarted")
    void a_jar_that_fails_to_start_changes_nothing(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(hostFor(bad))) {
            isShownAsFailed(scene, bad);
            anEarlierVersionServes(scene, bad);

            isRefusedAndChangesNothing(scene, bad);

            scene.takes(bad.fileName(), bad.name(), "3.0.0");
        }
    }

    private static void isShownAsFailed(Scene scene, BadPlugin bad) throws Exception {
        scene.drop(bad.fileName(), bad.jar());

        eventually(() -> {
            // the start is retried
            JsonNode receipt = scene.receipt(bad.fileName());
            JsonNode shown = scene.plugin(bad.name());
            assertThat(shown.path("state").asText()).isEqualTo(bad.state());
            assertThat(shown.path("reason").asText()).contains(bad.reason());
            assertThat(receipt.path("state")).isEqualTo(shown.path("state"));
            assertThat(receipt.path("reason")).isEqualTo(shown.path("reason"));
        });
        HttpResponse<String> away = scene.host().get("/api/" + bad.name());
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(away.body()).doesNotContain(bad.reason());
        scene.neighbourIsWell();
    }

    private static void anEarlierVersionServes(Scene scene, BadPlugin bad) {
        scene.takes(bad.fileName(), bad.name(), "1.0.0");
        bad.folder().others().forEach((fileName, other) -> {
            scene.drop(fileName, other.bytes());
            scene.receipt(fileName, other.bytes(), "ACTIVE");
        });
    }

    private static void isRefusedAndChangesNothing(Scene scene, BadPlugin bad) throws Exception {
        JsonNode before = scene.plugin(bad.name());
        String answer = scene.body(bad.name());
        int refusal = Integer.parseInt(bad.find("refusal").orElse("422"));

        scene.drop(bad.fileName(), bad.jar());

        JsonNode receipt = scene.receipt(bad.fileName(), bad.jar(), bad.state());
        String reason = receipt.path("reason").asText();
        assertThat(reason).contains(bad.reason());
        assertThat(scene.refusal(bad.jar(), refusal)).isEqualTo(reason);
        scene.passes();
        assertThat(scene.receipt(bad.fileName()).path("reason").asText())
                .as("the receipt after the plugin was looked at again")
                .isEqualTo(reason);
        assertThat(scene.plugin(bad.name())).isEqualTo(before);
        assertThat(scene.body(bad.name())).isEqualTo(answer);
        scene.neighbourIsWell();
    }

    static Stream<BadPlugin> called() {
        return Stream.concat(BadPlugin.ofKind("call"), BadPlugin.ofKind("good"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("called")
    void a_misbehaving_handler_affects_no_other_plugin(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(hostFor(bad))) {
            scene.drop(bad.fileName(), bad.jar());
            JsonNode receipt = scene.receipt(bad.fileName(), bad.jar(), bad.state());
            assertThat(receipt.path("reason").isNull()).as(receipt.toString()).isTrue();
            assertNotes(scene.plugin(bad.name()).path("notes"), bad.find("note"));

            answersAsExpected(scene, bad);

            scene.neighbourIsWell();
            scene.takes(bad.fileName(), bad.name(), "3.0.0");
            letGo();
            retires(scene, bad);
        }
    }

    private static void answersAsExpected(Scene scene, BadPlugin bad) throws Exception {
        String answer = bad.required("answer");
        if (answer.equals("cut")) {
            assertThatThrownBy(() -> scene.body(bad.name())).isInstanceOf(IOException.class);
            return;
        }
        try (QuietLog log = new QuietLog()) {
            HttpResponse<String> answered = scene.host().get("/api/" + bad.name());
            assertThat(answered.statusCode())
                    .as(answered.body())
                    .isEqualTo(Integer.parseInt(bad.find("status").orElse("200")));
            assertThat(answered.body()).contains(answer);
            bad.find("hides").ifPresent(secret -> assertThat(answered.body()).doesNotContain(secret));
            bad.find("logLines")
                    .ifPresent(count -> assertThat(log.lines()).isGreaterThanOrEqualTo(Integer.parseInt(count)));
        }
        assertRunning(scene, bad);
    }

    /** Each of these cases has a public route, which is one note by itself. */
    private static void assertNotes(JsonNode notes, Optional<String> expected) {
        assertThat(notes).as(notes.toString()).hasSize(expected.isPresent() ? 2 : 1);
        expected.ifPresent(note -> assertThat(notes.toString()).contains(note));
    }

    /** A request that is answered may still be on its way out, which takes no time. */
    private static void assertRunning(Scene scene, BadPlugin bad) {
        Optional<String> expected = bad.find("stack");
        await().untilAsserted(() -> {
            JsonNode running = scene.generation(bad.name(), "2.0.0").path("running");
            assertThat(running.isArray()).as(running.toString()).isTrue();
            expected.ifPresentOrElse(stack -> assertThat(running.toString()).contains(stack), () -> assertThat(running)
                    .isEmpty());
        });
    }

    static Stream<BadPlugin> closed() {
        return BadPlugin.ofKind("close");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closed")
    void a_jar_that_fails_to_close_is_replaced(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(hostFor(bad))) {
            scene.drop(bad.fileName(), bad.jar());
            scene.receipt(bad.fileName(), bad.jar(), "ACTIVE");

            scene.takes(bad.fileName(), bad.name(), "3.0.0");

            retires(scene, bad);
            assertThat(scene.generation(bad.name(), "2.0.0").path("reason").asText())
                    .contains(bad.reason());
            scene.neighbourIsWell();
        }
    }

    private static void retires(Scene scene, BadPlugin bad) {
        eventually(() -> {
            System.gc();
            JsonNode old = scene.generation(bad.name(), "2.0.0");
            assertThat(old.path("state").asText()).as(old.toString()).isEqualTo("RETIRED");
            assertThat(old.path("unload").path("collected").asBoolean())
                    .as(old.toString())
                    .isTrue();
        });
    }

    static Stream<BadPlugin> waiting() {
        return BadPlugin.ofKind("wait");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waiting")
    void a_waiting_jar_names_its_requirement(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(hostFor(bad))) {
            scene.drop(bad.fileName(), bad.jar());
            bad.folder().others().forEach((fileName, other) -> scene.drop(fileName, other.bytes()));

            eventually(() -> {
                JsonNode receipt = scene.receipt(bad.fileName());
                assertThat(receipt.path("state").asText()).isEqualTo(bad.state());
                assertThat(receipt.path("reason").asText()).contains(bad.reason());
            });
            assertThat(scene.plugin(bad.name()).path("reason").asText()).contains(bad.reason());
            assertThat(scene.host().get("/api/" + bad.name()).statusCode()).isEqualTo(503);
            scene.neighbourIsWell();
            scene.takes(bad.fileName(), bad.name(), "3.0.0");
            bad.folder().others().forEach((fileName, other) -> scene.receipt(fileName, other.bytes(), "ACTIVE"));
        }
    }

    static Stream<BadPlugin> deadly() {
        return BadPlugin.ofKind("death");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deadly")
    void a_jar_that_kills_the_process_is_quarantined(BadPlugin bad) throws Exception {
        try (Scene scene = new Scene(patient.host())) {
            scene.takes(bad.fileName(), bad.name(), "1.0.0");
        }
        patient.stop();
        Files.write(patient.folder().resolve(bad.fileName()), bad.jar());
        assertThat(HostProcess.runUntilItDies(patient.data())).isEqualTo(9);

        try (Scene scene = new Scene(patient.host())) {
            assertThat(scene.body(bad.name())).isEqualTo("1.0.0");
            JsonNode receipt = scene.receipt(bad.fileName(), bad.jar(), bad.state());
            assertThat(receipt.path("reason").asText()).contains(bad.reason());
            scene.neighbourIsWell();
            scene.takes(bad.fileName(), bad.name(), "3.0.0");
        }
    }

    @Test
    void other_bytes_of_one_version_are_accepted_in_development() {
        BadPlugin twice = BadPlugin.named("same-version-other-bytes");

        try (Scene scene = new Scene(QUICK.host())) {
            anEarlierVersionServes(scene, twice);

            scene.drop(twice.fileName(), twice.jar());

            JsonNode receipt = scene.receipt(twice.fileName(), twice.jar(), "ACTIVE");
            assertThat(receipt.path("reason").isNull()).as(receipt.toString()).isTrue();
        }
    }
}
