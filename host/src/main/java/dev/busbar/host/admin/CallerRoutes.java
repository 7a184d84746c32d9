package dev.busbar.host.admin;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Routes for callers: their identity, and the platforms that they may use. Safe for any number of threads. */
final class CallerRoutes {
    /** The permission of every authenticated caller. */
    private static final Access SELF = Access.action("self");

    private final Plugins plugins;
    private final Routes routes;

    /** The caller. */
    private record WhoAmI(
            String id, String kind, List<String> roles, List<String> permissions, Optional<Instant> expiresAt) {}

    /** A platform as its clients see it. */
    private record Platform(
            String id, String version, String state, String summary, String path, List<Operation> routes) {}

    /** A route as its clients see it; without a permission it is public. */
    private record Operation(String method, String path, String summary, Optional<String> permission) {}

    CallerRoutes(Plugins plugins, Routes routes) {
        this.plugins = plugins;
        this.routes = routes;
    }

    /** Routes that respond from memory at once. */
    List<Route> quick() {
        return List.of(Route.get("/auth/whoami", this::whoAmI)
                .access(SELF)
                .summary("The caller, with roles and permissions")
                .returns(WhoAmI.class));
    }

    /** Routes whose responses grow with the number of platforms. */
    List<Route> slow() {
        return List.of(
                Route.get("/plugins", this::list)
                        .access(SELF)
                        .summary("The platforms that the caller may use")
                        .returns(Platform[].class),
                Route.get("/plugins/{id}", this::show)
                        .access(SELF)
                        .summary("A platform with its routes")
                        .returns(Platform.class));
    }

    private Response whoAmI(Request request) {
        Caller caller = caller(request);
        Principal principal = caller.principal();
        return Response.json(new WhoAmI(
                principal.id(),
                principal.kind().name().toLowerCase(Locale.ROOT),
                List.copyOf(new TreeSet<>(principal.roles())),
                List.copyOf(new TreeSet<>(caller.permissions())),
                caller.expiresAt()));
    }

    private Response list(Request request) {
        Caller caller = caller(request);
        return Response.json(plugins.list().stream()
                .filter(view -> mayUse(caller, view))
                .map(view -> platform(caller, view))
                .toList());
    }

    private Response show(Request request) {
        Caller caller = caller(request);
        return plugins.find(request.pathParameter("id"))
                .filter(view -> mayUse(caller, view))
                .map(view -> Response.json(platform(caller, view)))
                .orElseThrow(() -> ProblemException.notFound("there is no platform of this id that you may use"));
    }

    private static Caller caller(Request request) {
        return request instanceof CallerAware aware
                ? aware.caller().orElseThrow()
                : Optional.<Caller>empty().orElseThrow();
    }

    private static boolean mayUse(Caller caller, PluginView view) {
        return caller.permits().test(view.id() + ":read")
                || view.routes().stream().anyMatch(route -> mayCall(caller, route));
    }

    private static boolean mayCall(Caller caller, RouteContract route) {
        return route.permission().map(caller.permits()::test).orElse(true);
    }

    /** The platform, with the routes that the caller may call, as in its OpenAPI document. */
    private Platform platform(Caller caller, PluginView view) {
        boolean served = routes.table()
                .mount(view.id())
                .filter(RouteTable.Mount.Served.class::isInstance)
                .isPresent();
        List<Operation> operations = view.routes().stream()
                .filter(route -> mayCall(caller, route))
                .map(route -> new Operation(
                        route.method().name(),
                        route.id().path(),
                        route.description().summary(),
                        route.permission()))
                .toList();
        return new Platform(
                view.id(),
                view.version(),
                view.state().name(),
                view.about().description(),
                "/api/" + view.id(),
                served ? operations : List.of());
    }
}
