package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    /** Fixed: what is in clients' hands must stay valid, so the format cannot change by accident. */
    private static final String KNOWN = "bsb_dev_000000000000_00000000000000000000000000000000_0GJ8xm";

    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @CsvSource({"development, dev", "staging, stg", "production, prd"})
    void a_new_key_has_the_format_of_the_contract_and_can_be_read(String environment, String part) {
        ApiKey key = ApiKey.generate(environment, random);

        assertThat(key.text())
                .matches("bsb_" + part + "_" + key.id() + "_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}")
                .endsWith(key.hint());
        assertThat(ApiKey.parse(key.text())).map(ApiKey::id).contains(key.id());
        assertThat(key.hash()).hasSize(32);
    }

    @Test
    void keys_differ() {
        Set<String> texts = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ApiKey key = ApiKey.generate("development", random);
            texts.add(key.text());
            ids.add(key.id());
        }

        assertThat(texts).hasSize(1000);
        assertThat(ids).hasSize(1000);
    }

    @Test
    void any_changed_letter_is_refused() {
        String text = ApiKey.generate("production", random).text();

        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(ApiKey.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .as("letter %d", i)
                    .isEmpty();
        }
    }

    @Test
    void look_alikes_are_refused() {
        String text = ApiKey.generate("production", random).text();

        for (String other : new String[] {
            text + " ",
            " " + text,
            text + "\n",
            text + "\r\n",
            text + "\0",
            text.substring(0, text.length() - 1) + "\n",
            text.substring(1),
            text.toUpperCase(Locale.ROOT),
            text.toLowerCase(Locale.ROOT),
            text.replace('_', '-'),
            text.replace('b', '\u0432'),
            text.replace('p', '\uff50'),
            text.replaceFirst("prd", "dev"),
            text.replaceFirst("prd", "xyz"),
        }) {
            assertThat(ApiKey.parse(other)).as(other).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bsb_", "Bearer x", "bsb_dev_______________________________________________________"})
    void what_is_no_key_is_refused(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }

    @Test
    void the_checksum_is_the_crc_of_all_before_it_in_base_62() {
        assertThat(ApiKey.parse(KNOWN)).isPresent();
    }

    @Test
    void its_text_form_has_no_secret() {
        ApiKey key = ApiKey.generate("staging", random);

        assertThat(key.toString()).isEqualTo("ApiKey[" + key.id() + "]");
    }

    @Test
    void an_unknown_environment_is_refused() {
        assertThatThrownBy(() -> ApiKey.generate("test", random))
                .hasMessage("environment: \"test\" (expected: development, staging or production)");
    }
}
