package dev.busbar.host.admin;

import dev.busbar.host.access.RoleBook;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The matrix of all served routes and all roles, made from the route table itself.
 *
 * @param roles the names of all roles
 * @param routes the routes, each with the roles that may call it
 */
record RoleMatrix(List<String> roles, List<RouteAccess> routes) {
    /**
     * A route.
     *
     * @param permission the permission that a caller needs; empty for a public route
     * @param roles the roles that permit it
     */
    record RouteAccess(String platform, String method, String path, Optional<String> permission, List<String> roles) {}

    static RoleMatrix of(RouteTable table, List<RoleBook.Info> roles) {
        List<RouteAccess> rows = table.all()
                .flatMap(compiled -> rows(compiled, roles))
                .sorted(Comparator.comparing(RouteAccess::platform)
                        .thenComparing(RouteAccess::path)
                        .thenComparing(RouteAccess::method))
                .toList();
        return new RoleMatrix(roles.stream().map(RoleBook.Info::name).toList(), rows);
    }

    private static Stream<RouteAccess> rows(PlatformRoutes compiled, List<RoleBook.Info> roles) {
        return compiled.contracts().stream().map(route -> {
            Optional<String> permission = route.permission();
            return new RouteAccess(
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
        return PermissionSet.of(role.permissions()).allows(permission);
    }
}
