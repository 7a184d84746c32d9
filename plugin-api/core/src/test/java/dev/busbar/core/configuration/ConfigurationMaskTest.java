package dev.busbar.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Marked secrets, as they are shown and as they come back. */
final class ConfigurationMaskTest {
    private static final Optional<List<String>> SECRETS =
            Optional.of(List.of("/password", "/database/token", "/absent", "/keys/1"));
    private static final Optional<List<String>> UNKNOWN = Optional.empty();

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

    @Test
    void a_secret_in_a_list_is_masked_and_restored() {
        String stored = "{\"keys\":[\"a\",\"b\"]}";
        String shown = "{\"keys\":[\"a\",\"********\"]}";

        assertThat(ConfigurationMask.hide(stored, SECRETS)).isEqualTo(shown);
        assertThat(ConfigurationMask.restore(shown, stored, SECRETS)).isEqualTo(stored);
    }

    @Test
    void each_text_is_masked_and_restored_while_the_secrets_are_unknown() {
        String stored = "{\"user\":\"anna\",\"port\":1,\"a/b\":[{\"token\":\"t\"},\"${env:TOKEN}\"]}";
        String shown = "{\"user\":\"********\",\"port\":1,\"a/b\":[{\"token\":\"********\"},\"${env:TOKEN}\"]}";

        assertThat(ConfigurationMask.hide(stored, UNKNOWN)).isEqualTo(shown);
        assertThat(ConfigurationMask.restore(shown, stored, UNKNOWN)).isEqualTo(stored);
    }

    @Test
    void asterisks_for_what_is_not_marked_are_never_stored() {
        for (String sent : List.of(
                "{\"user\":\"********\"}",
                "{\"database\":{\"token\":{\"part\":\"********\"}}}",
                "{\"keys\":[\"********\"]}")) {
            assertThatThrownBy(() -> ConfigurationMask.restore(sent, "{\"user\":\"anna\",\"keys\":[\"a\"]}", SECRETS))
                    .as(sent)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stands for the stored secret");
        }
        assertThatThrownBy(() -> ConfigurationMask.restore("{\"user\":\"********\"}", "{}", UNKNOWN))
                .hasMessageContaining("/user");
    }
}
