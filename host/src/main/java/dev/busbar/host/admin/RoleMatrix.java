package dev.busbar.host.admin;

import dev.busbar.host.access.RoleBook;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every route that is served × every role. Made of the route table itself, so there is no route that it does not know.
 *
 * @param roles the names of all roles
 * @param routes the routes, each with the roles that may call it
 */
record RoleMatrix(List<String> roles, List<Row> routes) {
    /**
     * A route.
     *
     * @param permission what a caller needs; empty where anybody may call
     * @param roles those that permit it
     */
    record Row(String platform, String method, String path, Optional<String> permission, List<String> roles) {}

    static RoleMatrix of(RouteTable table, List<RoleBook.Info> roles) {
        List<Row> rows = table.all()
                .flatMap(compiled -> rows(compiled, roles))
                .sorted(Comparator.comparing(Row::platform)
                        .thenComparing(Row::path)
                        .thenComparing(Row::method))
                .toList();
        return new RoleMatrix(roles.stream().map(RoleBook.Info::name).toList(), rows);
    }

    private static Stream<Row> rows(PlatformRoutes compiled, List<RoleBook.Info> roles) {
        return compiled.contracts().stream().map(route -> {
            Optional<String> permission = route.permission();
            return new Row(
                    route.id().platform(),
                    route.method().name(),
                    route.id().path(),
                    permission,
                    roles.stream()
                            .filter(role -> permission.isEmpty() || permits(role, permission.get()))
                            .map(RoleBook.Info::name)
                            .toList());
        });
    }

    private static boolean permits(RoleBook.Info role, String permission) {
        return permission.equals(Endpoint.ANY_PRINCIPAL)
                || PermissionSet.of(role.permissions()).permits(permission);
    }
}
