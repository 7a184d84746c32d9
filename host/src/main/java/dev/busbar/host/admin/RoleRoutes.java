package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Requester;
import dev.busbar.host.access.RoleBook;
import dev.busbar.host.routing.Routes;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of roles, and the matrix of roles and routes. Safe for any number of threads. */
final class RoleRoutes {
    private static final Access ROLES = Access.action("roles");

    private final RoleBook roles;
    private final Routes routes;

    /** A request to define a role. */
    record RoleRequest(@Nullable List<String> permissions) {}

    /**
     * The view of a role.
     *
     * @param isDefault true if there is a default role of this name
     * @param own true if the operator has defined or replaced it
     */
    record RoleView(String name, List<String> permissions, boolean isDefault, boolean own) {
        static RoleView of(RoleBook.Info info) {
            return new RoleView(info.name(), List.copyOf(info.permissions()), info.isDefault(), info.isOwn());
        }
    }

    RoleRoutes(RoleBook roles, Routes routes) {
        this.roles = roles;
        this.routes = routes;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/roles", request -> list())
                        .access(ROLES)
                        .summary("All roles")
                        .returns(RoleView[].class),
                Route.get("/admin/roles/matrix", request -> matrix())
                        .access(ROLES)
                        .summary("Which role may call which route")
                        .returns(RoleMatrix.class),
                Route.get("/admin/roles/{name}", this::show)
                        .access(ROLES)
                        .summary("A role")
                        .returns(RoleView.class),
                Route.put("/admin/roles/{name}", RoleRequest.class, this::put)
                        .access(ROLES)
                        .summary("Create a role, or replace its permissions")
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), "the role cannot be changed")
                        .example(RouteExample.request(new RoleRequest(List.of("datasets:*", "turbo:read"))))
                        .returns(RoleView.class),
                Route.delete("/admin/roles/{name}", this::delete)
                        .access(ROLES)
                        .summary("Delete a custom role; a default one is restored")
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "a principal holds the role, or it cannot be changed")
                        .returns(204));
    }

    private Response list() {
        return Response.json(roles.list().stream().map(RoleView::of).toList());
    }

    private Response matrix() {
        return Response.json(RoleMatrix.of(routes.table(), roles.list()));
    }

    private Response show(Request request) {
        return roles.find(request.pathParameter("name"))
                .map(info -> Response.json(RoleView.of(info)))
                .orElseThrow(() -> ProblemException.notFound("there is no role of this name"));
    }

    private Response put(Request request, RoleRequest wanted) {
        if (wanted.permissions() == null) {
            throw ProblemException.invalid("/permissions", "a value is required");
        }
        return Response.json(
                RoleView.of(roles.put(request.pathParameter("name"), wanted.permissions(), Requester.of(request))));
    }

    private Response delete(Request request) {
        roles.delete(request.pathParameter("name"), Requester.of(request));
        return Response.noContent();
    }
}
