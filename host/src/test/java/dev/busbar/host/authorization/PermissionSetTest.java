package dev.busbar.host.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionSetTest {
    @ParameterizedTest
    @CsvSource({
        "turbo:read, turbo:read, true",
        "turbo:read, turbo:write, false",
        "turbo:read, glimpse:read, false",
        "turbo:*, turbo:apply, true",
        "turbo:*, glimpse:read, false",
        "*:read, turbo:read, true",
        "*:read, turbo:write, false",
        "*:*, turbo:write, true",
        "*:*, host:keys, false",
        "*:keys, host:keys, false",
        "host:*, host:keys, true",
        "host:*, turbo:read, false",
        "host:keys, host:keys, true",
        "*:*, *:read, true",
        "turbo:*, *:read, false",
        "*:read, *:*, false",
        "*:*, host:*, false",
    })
    void a_pattern_permits_what_it_covers(String held, String wanted, boolean permitted) {
        assertThat(set(held).permits(wanted)).isEqualTo(permitted);
    }

    @ParameterizedTest
    @CsvSource({
        "*:*, glimpse:*, glimpse:*",
        "*:read, glimpse:*, glimpse:read",
        "glimpse:*, *:read, glimpse:read",
        "*:*, *:*, *:*",
        "*:read, *:write, ''",
        "*:*, host:keys, ''",
        "host:*, *:read, ''",
        "host:*, host:keys, host:keys",
        "turbo:read, glimpse:read, ''",
        "*:* host:*, host:keys turbo:read, host:keys turbo:read",
        "turbo:read *:read, turbo:*, turbo:read",
    })
    void an_intersection_is_what_both_permit(String left, String right, String common) {
        assertThat(set(left).intersect(set(right)).toString()).isEqualTo(common);
        assertThat(set(right).intersect(set(left))).isEqualTo(set(common)).hasSameHashCodeAs(set(common));
    }

    @Test
    void a_permission_that_another_one_covers_is_dropped() {
        assertThat(set("turbo:read turbo:* *:read glimpse:read host:keys").names())
                .containsExactly("*:read", "host:keys", "turbo:*");
    }

    @Test
    void what_is_missing_is_named() {
        assertThat(set("*:read host:keys").missing(set("turbo:read turbo:write host:* host:keys")))
                .containsExactly("host:*", "turbo:write");
        assertThat(set("*:*").missing(PermissionSet.NONE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "turbo", "turbo:", ":read", "Turbo:read", "turbo:read ", "a:b:c", "tu*:read", "**:*"})
    void what_has_not_the_form_of_a_permission_is_refused(String text) {
        assertThatThrownBy(() -> PermissionSet.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permission: \"" + text + "\" (expected:");
    }

    @Test
    void the_default_roles_are_those_of_the_contract() {
        Roles roles = Roles.with(Map.of());

        assertThat(roles.names()).containsExactly("admin", "analyst", "developer", "researcher");
        assertThat(roles.permissions(List.of("admin")).names()).containsExactly("*:*", "host:*");
        assertThat(roles.permissions(List.of("researcher")).names())
                .containsExactly("datasets:*", "glimpse:*", "insights:read", "turbo:read");
        assertThat(roles.permissions(List.of("developer")).names())
                .containsExactly("datasets:read", "echoes:*", "glimpse:read", "insights:read");
        assertThat(roles.permissions(List.of("analyst")).names()).containsExactly("*:read");
    }

    @Test
    void roles_together_permit_what_either_permits_and_an_unknown_one_nothing() {
        Roles roles = Roles.with(Map.of("operator", set("host:plugins")));

        assertThat(roles.permissions(List.of("analyst", "operator", "nobody")).names())
                .containsExactly("*:read", "host:plugins");
        assertThat(roles.permissions(List.of("nobody"))).isEqualTo(PermissionSet.NONE);
    }

    private static PermissionSet set(String texts) {
        return PermissionSet.of(texts.isEmpty() ? List.of() : List.of(texts.split(" ")));
    }
}
