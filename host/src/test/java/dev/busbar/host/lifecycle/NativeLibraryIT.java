package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Plugins that load a native library from a fixed path, as drivers and codecs do: the JVM gives it to one class loader, and
 * to the next one when that is collected. The library is a copy of one of the JDK's.
 */
final class NativeLibraryIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private Path library;

    @BeforeEach
    void copy() throws IOException {
        Path original = Stream.of("lib", "bin")
                .map(folder -> Path.of(System.getProperty("java.home"), folder, System.mapLibraryName("rmi")))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        library =
                Files.copy(original, Files.createTempDirectory("busbar-native").resolve(original.getFileName()));
        library.toFile().deleteOnExit();
    }

    private PluginJar jar(String version, String handover, String after) {
        return PluginJar.named("codec")
                .version(version)
                .attribute("Busbar-Handover", handover)
                .members("public void start(PlatformContext context) throws Exception { System.load(\"" + library
                        + "\"); " + after + " }")
                .route("Route.get(\"/\", r -> Response.text(\"" + version + "\")).access(Access.PUBLIC)");
    }

    private static String served() throws Exception {
        return HOSTS.host().get("/api/codec").body();
    }

    @Test
    void an_exclusive_swap_waits_until_the_library_is_released() throws Exception {
        HOSTS.host().install(jar("1.0.0", "exclusive", ""));

        HttpResponse<String> swapped = HOSTS.host().install(jar("2.0.0", "exclusive", ""));

        assertThat(swapped.statusCode()).as(swapped.body()).isEqualTo(200);
        assertThat(served()).isEqualTo("2.0.0");
        assertThat(HOSTS.host().change("codec", "rollback").statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo("1.0.0");
        assertThat(HOSTS.host().change("codec", "reload").statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void the_version_before_serves_again_when_the_new_one_fails_with_the_library_loaded() throws Exception {
        HOSTS.host().install(jar("1.0.0", "exclusive", ""));

        HttpResponse<String> refused =
                HOSTS.host().install(jar("2.0.0", "exclusive", "throw new IOException(\"no codec\");"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("no codec");
        assertThat(served()).isEqualTo("1.0.0");
        assertThat(HOSTS.plugins().find("codec").orElseThrow().state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void a_platform_that_was_disabled_gets_its_library_again() throws Exception {
        HOSTS.host().install(jar("1.0.0", "overlap", ""));
        HOSTS.host().change("codec", "disable");

        assertThat(HOSTS.host().change("codec", "enable").statusCode()).isEqualTo(200);

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void an_overlapping_swap_is_refused_with_what_to_do_about_it() throws Exception {
        HOSTS.host().install(jar("1.0.0", "overlap", ""));

        HttpResponse<String> refused = HOSTS.host().install(jar("2.0.0", "overlap", ""));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("version 1.0.0, which serves, has it", "Declare Busbar-Handover: exclusive");
        assertThat(served()).isEqualTo("1.0.0");
        assertThat(HOSTS.host().install(jar("3.0.0", "exclusive", "")).statusCode())
                .isEqualTo(200);
        assertThat(served()).isEqualTo("3.0.0");
    }
}
