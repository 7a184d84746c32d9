package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Principals;
import dev.busbar.host.access.Requester;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes of principals. Safe for any number of threads. */
final class PrincipalRoutes {
    private static final Access ROLES = Access.action("roles");
    private static final Parameter<Integer> LIMIT = Parameter.query(
                    "limit", Codec.INT.min(1).max(Principals.MAX_LISTED))
            .defaultValue(100)
            .description("the max number")
            .example("20");
    private static final Parameter<String> AFTER =
            Parameter.query("after", Codec.STRING).defaultValue("").description("`next` of the page before");
    private static final String LAST = "no principal with all permissions would remain";

    private final Principals principals;

    /** A request for a new principal. */
    record PrincipalRequest(
            @Nullable String id,
            @Nullable String kind,
            @Nullable String name,
            @Nullable List<String> roles) {}

    /** The view of a principal. */
    record PrincipalView(
            String id,
            String kind,
            Optional<String> name,
            List<String> roles,
            List<String> permissions,
            boolean disabled,
            Instant createdAt,
            Optional<Instant> disabledAt) {
        static PrincipalView of(Principals.Info info) {
            return new PrincipalView(
                    info.id(),
                    Kinds.name(info.kind()),
                    info.name(),
                    info.roles(),
                    List.copyOf(info.permissions()),
                    info.disabledAt().isPresent(),
                    info.createdAt(),
                    info.disabledAt());
        }
    }

    /**
     * A page of principals, by id.
     *
     * @param next the value of {@code after} for the next page; empty on the last one
     */
    record Page(List<PrincipalView> items, Optional<String> next) {}

    PrincipalRoutes(Principals principals) {
        this.principals = principals;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/principals", this::list)
                        .access(ROLES)
                        .summary("All principals")
                        .parameter(LIMIT)
                        .parameter(AFTER)
                        .returns(Page.class),
                Route.post("/admin/principals", PrincipalRequest.class, this::create)
                        .access(ROLES)
                        .summary("Create a principal: a person or a service")
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "a principal of this id exists, or did")
                        .example(RouteExample.request(
                                Map.of("id", "nightly", "kind", "service", "roles", List.of("analyst"))))
                        .returns(201, PrincipalView.class),
                Route.get("/admin/principals/{id}", this::show)
                        .access(ROLES)
                        .summary("A principal")
                        .returns(PrincipalView.class),
                Route.patch("/admin/principals/{id}", this::change)
                        .access(ROLES)
                        .summary("Change name or roles of a principal, disable or enable it")
                        .description(MergePatch.DESCRIPTION)
                        .bodyType(Map.class)
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), LAST)
                        .returns(PrincipalView.class),
                Route.delete("/admin/principals/{id}", this::delete)
                        .access(ROLES)
                        .summary("Delete a principal and revoke its keys")
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), LAST)
                        .returns(204));
    }

    private Response list(Request request) {
        int limit = request.get(LIMIT);
        List<PrincipalView> found = principals.list(request.get(AFTER), limit).stream()
                .map(PrincipalView::of)
                .toList();
        Optional<String> next = found.size() < limit
                ? Optional.empty()
                : Optional.of(found.get(limit - 1).id());
        return Response.json(new Page(found, next));
    }

    private Response show(Request request) {
        return principals
                .find(request.pathParameter("id"))
                .map(info -> Response.json(PrincipalView.of(info)))
                .orElseThrow(() -> ProblemException.notFound("there is no principal of this id"));
    }

    private Response create(Request request, PrincipalRequest wanted) {
        Principals.Info created = principals.create(
                new Principals.NewPrincipal(
                        Kinds.required("/id", wanted.id()),
                        Kinds.parse(Kinds.required("/kind", wanted.kind())),
                        wanted.name(),
                        wanted.roles() == null ? List.of() : wanted.roles()),
                Requester.of(request));
        return Response.created(URI.create("/admin/principals/" + created.id()), PrincipalView.of(created));
    }

    private Response change(Request request) {
        MergePatch patch = MergePatch.of(request);
        Principals.Change change = new Principals.Change(
                patch.text("name"),
                patch.required("roles", patch.texts("roles")),
                patch.required("disabled", patch.flag("disabled")));
        patch.finish();
        return Response.json(
                PrincipalView.of(principals.change(request.pathParameter("id"), change, Requester.of(request))));
    }

    private Response delete(Request request) {
        principals.delete(request.pathParameter("id"), Requester.of(request));
        return Response.noContent();
    }
}
