package dev.busbar.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.testing.PlatformHarness;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the platforms of the catalogue in the test harness: it refuses what the host refuses, with the reason that
 * {@link CatalogueIT} finds in the receipt, and starts what the host starts.
 */
final class HarnessCatalogueTest {
    @TempDir
    Path folder;

    static Stream<BadPlugin> refused() {
        return BadPlugin.all().stream().filter(bad -> bad.find("harness").isPresent());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void what_the_host_refuses_is_refused_with_its_sentence(BadPlugin bad) throws Exception {
        String sentence = bad.required("harness");

        try (URLClassLoader loader = loader(bad)) {
            assertThatThrownBy(() -> PlatformHarness.start(platform(loader))).hasMessageContaining(sentence);
        }

        assertThat(bad.reason()).contains(sentence);
    }

    static Stream<BadPlugin> started() {
        return Stream.concat(BadPlugin.ofKind("call"), BadPlugin.ofKind("good"))
                .filter(bad -> Files.exists(bad.folder().path().resolve("Plugin.java")))
                .filter(bad -> !Files.exists(bad.folder().path().resolve("build.properties")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("started")
    void what_the_host_starts_is_started(BadPlugin bad) throws Exception {
        try (URLClassLoader loader = loader(bad);
                PlatformHarness harness = PlatformHarness.start(platform(loader))) {
            assertThat(harness.routes()).isNotEmpty();
        }
    }

    private URLClassLoader loader(BadPlugin bad) throws Exception {
        Path jar = Files.write(folder.resolve(bad.fileName()), bad.jar());
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
    }

    private static Platform platform(ClassLoader loader) throws Exception {
        return (Platform)
                Class.forName("badplugin.Plugin", true, loader).getConstructor().newInstance();
    }
}
