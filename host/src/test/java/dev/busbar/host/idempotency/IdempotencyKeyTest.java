package dev.busbar.host.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of the header {@code Idempotency-Key}. */
final class IdempotencyKeyTest {
    @Test
    void a_quoted_and_a_bare_key_are_equal() {
        assertThat(IdempotencyKey.parse(List.of("\"8e03978e-40d5\""))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKey.parse(List.of("8e03978e-40d5"))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKey.parse(List.of(" abc/+=~! "))).isEqualTo("abc/+=~!");
    }

    @Test
    void a_quoted_key_may_contain_any_visible_character() {
        assertThat(IdempotencyKey.parse(List.of("\"a,b;c\""))).isEqualTo("a,b;c");
        assertThat(IdempotencyKey.parse(List.of("\"a\\\"b\\\\c\""))).isEqualTo("a\"b\\c");
    }

    @Test
    void a_key_has_at_most_255_characters() {
        assertThat(IdempotencyKey.parse(List.of("k".repeat(255)))).hasSize(255);
        assertThat(IdempotencyKey.parse(List.of('"' + "k".repeat(255) + '"'))).hasSize(255);
        rejected("k".repeat(256));
        rejected('"' + "k".repeat(256) + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\\",
                "\"a\\\"",
                "\"a\\b\"",
                "\"a\"b",
                "\"a\";p=1",
                "\"a\", \"b\"",
                "a,b",
                "a;b",
                "a\\b",
                "a b",
                "\"a b\"",
                "\"a\tb\"",
                "k\u00e9y",
                "\"\u2028\"",
                "a\u007f"
            })
    void malformed_keys_are_rejected(String value) {
        rejected(value);
    }

    @Test
    void two_headers_are_rejected_even_if_they_are_equal() {
        rejected("a", "a");
    }

    private static void rejected(String... values) {
        assertThatThrownBy(() -> IdempotencyKey.parse(List.of(values)))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(400))
                .hasMessageStartingWith("the header Idempotency-Key ");
    }
}
