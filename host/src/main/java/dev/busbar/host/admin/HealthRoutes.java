package dev.busbar.host.admin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Liveness and readiness of the host, for load balancers. Safe for any number of threads. */
final class HealthRoutes {
    private static final String MEDIA_TYPE = "application/health+json";

    private final BooleanSupplier ready;

    /**
     * The response body.
     *
     * @param status {@code pass} or {@code fail}
     */
    private record Health(String status) {}

    HealthRoutes(BooleanSupplier ready) {
        this.ready = ready;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/health/live", request -> health(true))
                        .access(Access.PUBLIC)
                        .summary("Liveness of the process")
                        .returns(Health.class)
                        .produces(MEDIA_TYPE),
                Route.get("/health/ready", request -> health(ready.getAsBoolean()))
                        .access(Access.PUBLIC)
                        .summary("Readiness to serve requests")
                        .returns(Health.class)
                        .returns(503, Health.class)
                        .produces(MEDIA_TYPE));
    }

    private static Response health(boolean pass) {
        String body = pass ? "{\"status\":\"pass\"}" : "{\"status\":\"fail\"}";
        return Response.bytes(MEDIA_TYPE, body.getBytes(StandardCharsets.UTF_8))
                .status(pass ? 200 : 503)
                .header("cache-control", "no-store");
    }
}
