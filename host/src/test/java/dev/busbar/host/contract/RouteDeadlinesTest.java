package dev.busbar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deadlines that an operator sets in place of those of routes. */
final class RouteDeadlinesTest {
    private static final Route ROUTE = Route.get("/bills", request -> Response.noContent())
            .access(Access.READ)
            .deadline(Duration.ofSeconds(3));

    private static Duration deadline(RouteDeadlines deadlines, String platform) {
        return deadlines.of(RouteContract.of(platform, ROUTE)).limits().deadline();
    }

    @Test
    void they_replace_those_of_all_routes_of_a_platform_and_nothing_else() {
        RouteDeadlines deadlines = RouteDeadlines.parse(List.of("billing=2m", "turbo=1500ms"));
        RouteContract declared = RouteContract.of("billing", ROUTE);

        assertThat(deadline(deadlines, "billing")).isEqualTo(Duration.ofMinutes(2));
        assertThat(deadline(deadlines, "turbo")).isEqualTo(Duration.ofMillis(1_500));
        assertThat(deadline(deadlines, "hello")).isEqualTo(Duration.ofSeconds(3));
        assertThat(deadline(RouteDeadlines.DECLARED, "billing")).isEqualTo(Duration.ofSeconds(3));
        assertThat(deadlines.of(declared).permission()).isEqualTo(declared.permission());
        assertThat(deadlines.of(declared).limits().maxBodyBytes())
                .isEqualTo(declared.limits().maxBodyBytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "billing",
                "billing=",
                "billing=2",
                "billing=2d",
                "billing=0s",
                "billing=61m",
                "Billing=2m",
                "=2m"
            })
    void a_malformed_one_is_refused_with_what_is_expected(String entry) {
        assertThatThrownBy(() -> RouteDeadlines.parse(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deadlines: " + entry + " (expected: entries such as turbo=2m");
    }

    @Test
    void a_platform_is_named_once() {
        assertThatThrownBy(() -> RouteDeadlines.parse(List.of("billing=2m", "billing=3m")))
                .hasMessageContaining("each platform once");
    }
}
