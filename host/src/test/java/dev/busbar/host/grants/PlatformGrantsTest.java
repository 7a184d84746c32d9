package dev.busbar.host.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permissions of platforms on other platforms. */
final class PlatformGrantsTest {
    private static final PlatformGrants SHIPPED = PlatformGrants.of(List.of());

    @Test
    void the_shipped_platforms_are_granted_what_they_ask_for() {
        List<String> insights = List.of("glimpse:read", "turbo:read", "echoes:read", "datasets:read");
        List<String> echoes = List.of("datasets:write", "turbo:read");

        assertThat(SHIPPED.granted("insights", insights)).containsExactlyInAnyOrderElementsOf(insights);
        assertThat(SHIPPED.granted("echoes", echoes)).containsExactlyInAnyOrderElementsOf(echoes);
    }

    @Test
    void nothing_is_granted_that_was_not_asked_for_and_nothing_asked_for_that_was_not_granted() {
        assertThat(SHIPPED.granted("echoes", List.of("turbo:read", "glimpse:read")))
                .containsExactly("turbo:read");
        assertThat(SHIPPED.granted("echoes", List.of())).isEmpty();
        assertThat(SHIPPED.granted("billing", List.of("turbo:read"))).isEmpty();
    }

    @Test
    void a_platform_without_a_grant_may_use_itself_alone() {
        Caller caller = SHIPPED.caller("billing", List.of("turbo:read"));

        assertThat(caller.principal()).isEqualTo(Principal.of("platform:billing", Principal.Kind.PLATFORM, Set.of()));
        assertThat(caller.permissions()).containsExactly("billing:*");
        assertThat(caller.permits()).accepts("billing:refund", "billing:read").rejects("turbo:read", "host:keys");
    }

    @Test
    void a_platform_with_a_grant_may_use_that_too() {
        Caller caller = SHIPPED.caller("echoes", List.of("datasets:write", "turbo:read", "glimpse:read"));

        assertThat(caller.permissions()).containsExactly("datasets:write", "echoes:*", "turbo:read");
        assertThat(caller.permits()).rejects("datasets:read", "turbo:write", "glimpse:read");
    }

    @Test
    void an_operator_replaces_the_grants_of_one_platform_and_leaves_the_others() {
        PlatformGrants own = PlatformGrants.of(List.of("echoes", " reports  turbo:* *:read "));

        assertThat(own.granted("echoes", List.of("turbo:read"))).isEmpty();
        assertThat(own.granted("insights", List.of("turbo:read"))).containsExactly("turbo:read");
        assertThat(own.granted("reports", List.of("turbo:write", "glimpse:read", "glimpse:write")))
                .containsExactly("glimpse:read", "turbo:write");
    }

    @Test
    void stars_never_reach_the_host() {
        Caller caller = PlatformGrants.of(List.of("reports *:*")).caller("reports", List.of("*:*"));

        assertThat(caller.permits()).accepts("turbo:write").rejects("host:keys", "host:audit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Reports turbo:read",
                "reports turbo",
                "reports turbo:Read",
                "reports: turbo:read",
                "reports host:keys",
                "reports host:*",
                "* turbo:read",
            })
    void a_malformed_grant_is_refused(String line) {
        assertThatThrownBy(() -> PlatformGrants.of(List.of(line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("grants: \"" + line + "\" (expected: ");
    }

    @Test
    void two_grants_for_one_platform_are_refused() {
        assertThatThrownBy(() -> PlatformGrants.of(List.of("reports turbo:read", "reports glimpse:read")))
                .hasMessageContaining("each once");
    }
}
