package dev.busbar.host.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.admin.HostRoute.Placement;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The threads of the routes of the admin API. */
final class HostRouteTest {
    private static Placement of(Route route) {
        return HostRoute.admin(List.of(route.access(Access.READ))).get(0).placement();
    }

    @Test
    void what_takes_rights_away_shares_no_threads_with_what_may_wait() {
        assertThat(of(Route.delete("/admin/keys/{id}", request -> Response.noContent())))
                .isEqualTo(Placement.CONTAINMENT);
        assertThat(of(Route.post("/admin/revocations", request -> Response.noContent())))
                .isEqualTo(Placement.CONTAINMENT);
        assertThat(of(Route.patch("/admin/principals/{id}", request -> Response.noContent())))
                .isEqualTo(Placement.CONTAINMENT);
        assertThat(of(Route.post("/admin/plugins/{id}/disable", request -> Response.noContent())))
                .isEqualTo(Placement.PLUGIN_CONTAINMENT);
        assertThat(of(Route.post("/admin/plugins/{id}/rollback", request -> Response.noContent())))
                .isEqualTo(Placement.PLUGIN_CONTAINMENT);
        assertThat(of(Route.delete("/admin/plugins/{id}", request -> Response.noContent())))
                .isEqualTo(Placement.PLUGIN_CONTAINMENT);
        assertThat(of(Route.post("/admin/plugins", request -> Response.noContent())))
                .isEqualTo(Placement.ADMIN);
    }
}
