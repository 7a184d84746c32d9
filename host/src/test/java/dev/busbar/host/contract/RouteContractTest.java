package dev.busbar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RouteContractTest {
    private static Route get(String path) {
        return Route.get(path, request -> Response.noContent()).access(Access.READ);
    }

    private static Route post() {
        return Route.post("/bills", request -> Response.noContent()).access(Access.WRITE);
    }

    @Test
    void the_permission_is_the_action_on_the_platform_and_none_for_a_public_route() {
        assertThat(RouteContract.of("billing", get("/bills")).permission()).contains("billing:read");
        assertThat(RouteContract.of("billing", get("/bills").access(Access.action("audit")))
                        .action())
                .contains("audit");
        assertThat(RouteContract.of("billing", get("/bills").access(Access.PUBLIC))
                        .permission())
                .isEmpty();
    }

    @Test
    void a_route_without_a_declared_access_has_no_contract() {
        Route undeclared = Route.get("/bills", request -> Response.noContent());

        assertThatThrownBy(() -> RouteContract.of("billing", undeclared))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GET /bills declares no access");
    }

    @Test
    void the_path_is_the_one_that_clients_use() {
        assertThat(RouteContract.of("billing", get("/bills/{id}")).id().path()).isEqualTo("/api/billing/bills/{id}");
        assertThat(RouteContract.of("billing", get("/")).id().path()).isEqualTo("/api/billing");
        assertThat(RouteContract.of(Owner.HOST_ID, get("/health/live")).id().path())
                .isEqualTo("/health/live");
        assertThat(RouteContract.of(Owner.HOST_ID, get("/")).id().path()).isEqualTo("/");
    }

    @Test
    void contracts_of_two_generations_are_equal_until_the_route_changes() {
        CachePolicy minute = CachePolicy.of(Duration.ofMinutes(1)).vary("Accept-Language");
        RouteContract one = RouteContract.of("billing", get("/bills").cache(minute));
        RouteContract other = RouteContract.of("billing", get("/bills").cache(minute));

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(RouteContract.of("billing", get("/bills").cache(minute.tags("bills"))));
        assertThat(one).isNotEqualTo(RouteContract.of("billing", get("/bills")));
    }

    @Test
    void only_a_request_that_is_neither_a_get_nor_pure_changes_state() {
        assertThat(RouteContract.of("billing", get("/bills")).changesState()).isFalse();
        assertThat(RouteContract.of("billing", post()).changesState()).isTrue();
        assertThat(RouteContract.of("billing", post().pure()).changesState()).isFalse();
    }
}
