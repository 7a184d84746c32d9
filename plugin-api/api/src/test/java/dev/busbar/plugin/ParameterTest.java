package dev.busbar.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ParameterTest {
    private static final Parameter.Named<Integer> LIMIT = Parameter.query("limit", Codec.INT.min(1));

    @Test
    void a_required_parameter_has_one_value() {
        Parameter<Integer> limit = LIMIT.required();

        assertThat(limit.read(List.of("7"))).isEqualTo(7);
        assertThat(limit.isRequired()).isTrue();
        assertThatThrownBy(() -> limit.read(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("missing (expected: an integer of at least 1)");
    }

    @Test
    void an_optional_parameter_has_one_value_or_none() {
        Parameter<Optional<Integer>> limit = LIMIT.optional();

        assertThat(limit.read(List.of("7"))).contains(7);
        assertThat(limit.read(List.of())).isEmpty();
        assertThatThrownBy(() -> limit.read(List.of("0"))).hasMessageStartingWith("\"0\"");
        assertThatThrownBy(() -> limit.read(List.of("1", "2"))).hasMessage("given 2 times (expected: once)");
    }

    @Test
    void a_default_value_stands_in_for_none() {
        Parameter<Integer> limit = LIMIT.defaultValue(50);

        assertThat(limit.read(List.of())).isEqualTo(50);
        assertThat(limit.read(List.of("7"))).isEqualTo(7);
        assertThat(limit.isRequired()).isFalse();
        assertThat(limit.defaultText()).contains("50");
    }

    @Test
    void a_list_has_all_values_in_order() {
        Parameter<List<Integer>> limits = LIMIT.list();

        assertThat(limits.read(List.of("2", "1", "2"))).containsExactly(2, 1, 2);
        assertThat(limits.read(List.of())).isEmpty();
        assertThatThrownBy(() -> limits.read(List.of("2", "x"))).hasMessageStartingWith("\"x\"");
        assertThatThrownBy(() -> Parameter.header("X-Tag", Codec.STRING).list())
                .hasMessageContaining("expected: a query parameter");
    }

    @Test
    void a_pointer_names_the_place() {
        assertThat(LIMIT.required().pointer()).isEqualTo("?limit");
        assertThat(Parameter.path("id", Codec.STRING).pointer()).isEqualTo("{id}");
        assertThat(Parameter.header("X-Unit", Codec.STRING).required().pointer())
                .isEqualTo("header X-Unit");
    }

    @Test
    void parameters_are_the_same_whatever_is_said_about_them() {
        Parameter<Integer> plain = LIMIT.defaultValue(50);
        Parameter<Integer> described = plain.description("bills a page").example("20");

        assertThat(plain.isSame(described)).isTrue();
        assertThat(plain).isNotEqualTo(described).isEqualTo(LIMIT.defaultValue(50));
        assertThat(plain.isSame(LIMIT.defaultValue(51))).isFalse();
        assertThat(plain.isSame(LIMIT.required())).isFalse();
        assertThat(described.description()).isEqualTo("bills a page");
        assertThat(described.example()).contains("20");
        assertThat(described).hasToString("?limit optional, an integer of at least 1, default 50");
    }
}
