package dev.busbar.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TypeRefTest {
    private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

    private static <T> TypeRef<Map<String, T>> mapOf() {
        return new TypeRef<>() {};
    }

    @SuppressWarnings("rawtypes")
    private static TypeRef<?> raw() {
        return new TypeRef() {};
    }

    @Test
    void a_reference_names_a_type_with_its_arguments() {
        assertThat(STRINGS.type().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
        assertThat(STRINGS).hasToString("java.util.List<java.lang.String>");
        assertThat(TypeRef.of(String.class).type()).isEqualTo(String.class);
    }

    @Test
    void references_to_the_same_type_are_equal() {
        assertThat(STRINGS)
                .isEqualTo(new TypeRef<List<String>>() {})
                .hasSameHashCodeAs(new TypeRef<List<String>>() {})
                .isNotEqualTo(new TypeRef<List<Integer>>() {});
        assertThat(new TypeRef<String>() {}).isEqualTo(TypeRef.of(String.class));
    }

    @Test
    void a_reference_without_a_complete_type_is_rejected() {
        assertThatThrownBy(TypeRefTest::raw)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("new TypeRef<List<String>>() {}");
        assertThatThrownBy(TypeRefTest::<Integer>mapOf)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("type reference: java.util.Map<java.lang.String, T> (expected: a type without type"
                        + " variables)");
    }
}
