package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationSettingsTest {
    @TempDir
    Path folder;

    private AuthenticationSettings load(String... arguments) {
        return HostSettings.load(new Sources(Map.of(), List.of(arguments), folder))
                .identity()
                .authentication();
    }

    @Test
    void a_refusal_is_delayed_unless_the_delay_is_zero() {
        assertThat(load().refusalDelay()).isEqualTo(Duration.ofMillis(100));
        assertThat(load("--authentication.refusalDelay=0s").refusalDelay()).isZero();
        assertThat(load("--authentication.refusalDelay=5s").refusalDelay()).hasSeconds(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5001ms", "1h", "PT-1S"})
    void an_invalid_delay_is_reported_with_all_other_faults(String delay) {
        assertThatThrownBy(() -> load("--authentication.refusalDelay=" + delay, "--port=-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("authentication.refusalDelay = \"" + delay)
                .hasMessageContaining("(expected: 0s to 5s)")
                .hasMessageContaining("port");
    }

    @Test
    void an_invalid_duration_is_reported_too() {
        assertThatThrownBy(() -> load("--authentication.refusalDelay=100", "--port=-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("authentication.refusalDelay")
                .hasMessageContaining("port");
    }
}
