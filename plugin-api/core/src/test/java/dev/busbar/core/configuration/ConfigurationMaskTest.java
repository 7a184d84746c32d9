package dev.busbar.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Marked secrets, as they are shown and as they come back. */
final class ConfigurationMaskTest {
    private static final List<String> SECRETS = List.of("/password", "/database/token", "/absent");

    @Test
    void a_secret_is_shown_as_asterisks_and_a_reference_as_it_is() {
        assertThat(ConfigurationMask.hide(
                        "{\"user\":\"anna\",\"password\":\"hunter22\",\"database\":{\"token\":\"${env:TOKEN}\"}}",
                        SECRETS))
                .isEqualTo("{\"user\":\"anna\",\"password\":\"********\",\"database\":{\"token\":\"${env:TOKEN}\"}}");
        assertThat(ConfigurationMask.hide("{\"database\":{\"token\":{\"a\":1}}}", SECRETS))
                .isEqualTo("{\"database\":{\"token\":\"********\"}}");
        assertThat(ConfigurationMask.hide("", SECRETS)).isEqualTo("{}");
    }

    @Test
    void asterisks_that_come_back_stand_for_the_stored_secret() {
        String stored = "{\"password\":\"hunter22\",\"database\":{\"token\":\"t\"}}";

        assertThat(ConfigurationMask.restore(
                        "{\"password\":\"********\",\"database\":{\"token\":\"new\"}}", stored, SECRETS))
                .isEqualTo("{\"password\":\"hunter22\",\"database\":{\"token\":\"new\"}}");
    }

    @Test
    void asterisks_for_a_secret_that_is_not_stored_are_refused() {
        assertThatThrownBy(() -> ConfigurationMask.restore("{\"password\":\"********\"}", "{}", SECRETS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/password");
    }
}
