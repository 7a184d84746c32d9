package dev.busbar.host.admin;

import dev.busbar.host.observe.Metrics;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Metrics, for Prometheus. Thread-safe. */
final class MetricsRoutes {
    private final Metrics metrics;
    private final boolean open;

    /** @param open true if the metrics are public */
    MetricsRoutes(Metrics metrics, boolean open) {
        this.metrics = metrics;
        this.open = open;
    }

    List<Route> routes() {
        return List.of(Route.get("/metrics", this::scrape)
                .access(open ? Access.PUBLIC : Access.action("metrics"))
                .summary("Metrics in the text formats of Prometheus and OpenMetrics")
                .produces("text/plain", "application/openmetrics-text"));
    }

    private Response scrape(Request request) {
        String mediaType = metrics.mediaType(String.join(", ", request.headerAll("Accept")));
        return Response.bytes(mediaType, metrics.scrape(mediaType).getBytes(StandardCharsets.UTF_8))
                .header("cache-control", "no-store")
                .header("vary", "Accept");
    }
}
