package dev.busbar.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much may be kept, told before the host starts. */
final class CacheConfigurationTest {
    @TempDir
    Path folder;

    private HostSettings load(String... arguments) {
        return HostSettings.load(new Sources(Map.of(), List.of(arguments), folder));
    }

    @Test
    void it_is_on_with_64_mebibytes_unless_said_otherwise() {
        assertThat(load().traffic().cache()).isEqualTo(new CacheSettings(true, 64L << 20, 1 << 20));
        assertThat(load().network().compression()).isTrue();
        assertThat(load("--cache.enabled=false", "--http.compression=false")
                        .traffic()
                        .cache()
                        .enabled())
                .isFalse();
    }

    @Test
    void what_is_wrong_is_told_with_everything_else_that_is_wrong() {
        assertThatThrownBy(() -> load("--cache.maxBytes=10", "--http.compression=maybe", "--http.maxThreads=1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cache.maxBytes = \"10\" (expected: at least 65536)")
                .hasMessageContaining("http.compression = \"maybe\" (expected: true or false)");
        assertThatThrownBy(() -> load("--cache.maxEntryBytes=3", "--http.maxThreads=1"))
                .hasMessageContaining("cache.maxEntryBytes = \"3\"")
                .hasMessageContaining("http.maxThreads = \"1\"");
    }
}
