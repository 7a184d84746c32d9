package dev.busbar.host.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the field is read. */
final class IdempotencyKeyTest {
    @Test
    void a_key_is_the_same_with_quotes_and_without() {
        assertThat(IdempotencyKey.parse(List.of("\"8e03978e-40d5\""))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKey.parse(List.of("8e03978e-40d5"))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKey.parse(List.of(" abc/+=~! "))).isEqualTo("abc/+=~!");
    }

    @Test
    void in_quotes_it_may_hold_whatever_is_visible() {
        assertThat(IdempotencyKey.parse(List.of("\"a,b;c\""))).isEqualTo("a,b;c");
        assertThat(IdempotencyKey.parse(List.of("\"a\\\"b\\\\c\""))).isEqualTo("a\"b\\c");
    }

    @Test
    void the_longest_has_255_characters() {
        assertThat(IdempotencyKey.parse(List.of("k".repeat(255)))).hasSize(255);
        assertThat(IdempotencyKey.parse(List.of('"' + "k".repeat(255) + '"'))).hasSize(255);
        refused("k".repeat(256));
        refused('"' + "k".repeat(256) + '"');
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
    void what_is_malformed_is_refused(String value) {
        refused(value);
    }

    @Test
    void two_of_them_are_refused_even_if_they_are_the_same() {
        refused("a", "a");
    }

    private static void refused(String... values) {
        assertThatThrownBy(() -> IdempotencyKey.parse(List.of(values)))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(400))
                .hasMessageStartingWith("the header Idempotency-Key ");
    }
}
