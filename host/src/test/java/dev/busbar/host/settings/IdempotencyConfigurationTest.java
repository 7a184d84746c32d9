package dev.busbar.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.idempotency.IdempotencySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How keys are remembered, told before the host starts. */
final class IdempotencyConfigurationTest {
    @TempDir
    Path folder;

    private HostSettings load(String... arguments) {
        return HostSettings.load(new Sources(Map.of(), List.of(arguments), folder));
    }

    @Test
    void keys_are_remembered_for_a_day_unless_said_otherwise() {
        assertThat(load().traffic().idempotency())
                .isEqualTo(new IdempotencySettings(true, Duration.ofDays(1), 1 << 20, 10_000, 64L << 20, 1L << 30));
        assertThat(load("--idempotency.enabled=false", "--idempotency.keep=2h")
                        .traffic()
                        .idempotency())
                .isEqualTo(new IdempotencySettings(false, Duration.ofHours(2), 1 << 20, 10_000, 64L << 20, 1L << 30));
    }

    @Test
    void what_is_wrong_is_told_with_everything_else_that_is_wrong() {
        assertThatThrownBy(() -> load("--idempotency.keep=1s", "--http.maxThreads=1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("idempotency.keep = \"1s\"")
                .hasMessageContaining("http.maxThreads = \"1\"");
        assertThatThrownBy(() -> load("--idempotency.maxBodyBytes=10"))
                .hasMessageContaining("idempotency.maxBodyBytes = \"10\" (expected: 1024 to 16777216)");
        assertThatThrownBy(() -> load("--idempotency.maxPerPrincipal=0"))
                .hasMessageContaining("idempotency.maxPerPrincipal = \"0\" (expected: 1 to 1000000)");
        assertThatThrownBy(() -> load("--idempotency.maxBytesPerPrincipal=10"))
                .hasMessageContaining("idempotency.maxBytesPerPrincipal = \"10\" (expected: maxBodyBytes");
    }
}
