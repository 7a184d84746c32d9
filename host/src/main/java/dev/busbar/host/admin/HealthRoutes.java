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
    private static final String PASS = "{\"status\":\"pass\"}";
    private static final String FAIL = "{\"status\":\"fail\"}";
    private static final String WITHOUT_BACKUP = "{\"status\":\"warn\",\"checks\":{\"backup\":[{\"status\":\"warn\","
            + "\"output\":\"the last good backup is older than two periods of automatic backups\"}]}}";

    /** What is known of keys and roles serves on, so a load balancer should not take the host out. */
    private static final String WITHOUT_STORE = "{\"status\":\"warn\",\"checks\":{\"store\":[{\"status\":\"fail\","
            + "\"output\":\"the store takes no writes; changes and unknown keys are answered 503\"}]}}";

    private final BooleanSupplier ready;
    private final BooleanSupplier store;
    private final BooleanSupplier backup;

    /**
     * The response body; others of its members, such as {@code checks}, may be there.
     *
     * @param status {@code pass}, {@code warn} or {@code fail}
     */
    private record Health(String status) {}

    /**
     * Routes over what is known of the host.
     *
     * @param store true while the store takes writes
     * @param backup true while the last good backup is not too old
     */
    HealthRoutes(BooleanSupplier ready, BooleanSupplier store, BooleanSupplier backup) {
        this.ready = ready;
        this.store = store;
        this.backup = backup;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/health/live", request -> health(200, PASS))
                        .access(Access.PUBLIC)
                        .summary("Liveness of the process")
                        .returns(Health.class)
                        .produces(MEDIA_TYPE),
                Route.get("/health/ready", request -> readiness())
                        .access(Access.PUBLIC)
                        .summary(
                                "Readiness to serve requests; the member checks, where there is one, says what is wrong")
                        .returns(Health.class)
                        .returns(503, Health.class)
                        .produces(MEDIA_TYPE));
    }

    private Response readiness() {
        if (!ready.getAsBoolean()) {
            return health(503, FAIL);
        }
        if (!store.getAsBoolean()) {
            return health(200, WITHOUT_STORE);
        }
        return health(200, backup.getAsBoolean() ? PASS : WITHOUT_BACKUP);
    }

    private static Response health(int status, String body) {
        return Response.bytes(MEDIA_TYPE, body.getBytes(StandardCharsets.UTF_8))
                .status(status)
                .header("cache-control", "no-store");
    }
}
