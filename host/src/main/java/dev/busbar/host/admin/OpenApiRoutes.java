package dev.busbar.host.admin;

import dev.busbar.host.openapi.OpenApi;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.pipeline.InvocationAware;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Routes of the OpenAPI documents, reduced to the routes that the caller may use. Safe for any number of threads. */
final class OpenApiRoutes {
    private static final String DESCRIPTION =
            "OpenAPI 3.1, always of what is currently served. Without a credential it contains what is open to"
                    + " anybody; with one, what the caller may use.";

    private final OpenApi openApi;
    private final boolean separateAdmin;

    /** @param separateAdmin true if {@code /admin} has a listener of its own */
    OpenApiRoutes(OpenApi openApi, boolean separateAdmin) {
        this.openApi = openApi;
        this.separateAdmin = separateAdmin;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/openapi.json", request -> answer(openApi.document(view(request))))
                        .access(Access.PUBLIC)
                        .summary("The OpenAPI document")
                        .description(DESCRIPTION)
                        .returns(Object.class),
                Route.get("/plugins/{id}/openapi.json", this::ofPlatform)
                        .access(Access.PUBLIC)
                        .summary("The OpenAPI document of one platform")
                        .description(DESCRIPTION)
                        .parameter(Parameter.path("id", Codec.STRING)
                                .description("the id of the platform, or `host` for the host's own routes")
                                .example("host"))
                        .returns(Object.class));
    }

    private Response ofPlatform(Request request) {
        return openApi.document(view(request), request.pathParameter("id"))
                .map(OpenApiRoutes::answer)
                .orElseThrow(() -> ProblemException.notFound("there is no platform of this id that you may use"));
    }

    private static Response answer(byte[] document) {
        return Response.bytes("application/json", document).header("cache-control", "no-cache");
    }

    private OpenApi.View view(Request request) {
        Predicate<String> permits =
                ((CallerAware) request).caller().map(Caller::permits).orElse(permission -> false);
        return new OpenApi.View(permits, hidden(request));
    }

    private Optional<String> hidden(Request request) {
        if (!separateAdmin) {
            return Optional.empty();
        }
        boolean atAdmin = ((InvocationAware) request).invocation().exchange().isAtAdminListener();
        return Optional.of(atAdmin ? "api" : "admin");
    }
}
