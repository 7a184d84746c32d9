package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.List;

/**
 * Answers CORS preflights for any path: a preflight has no credentials, and its response must not reveal which routes
 * exist. A preflight of an origin that is not permitted continues like any other request. Stateless; thread-safe.
 */
final class PreflightInterceptor implements Interceptor {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final List<String> HEADERS = List.of(
            "Accept",
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "Last-Event-ID",
            "Prefer",
            "Range",
            "X-API-Key",
            "X-Correlation-ID",
            "traceparent",
            "tracestate");

    private final Origins origins;
    private final String headers;
    private final String maxAge;

    PreflightInterceptor(Origins origins, Duration maxAge, List<String> additional) {
        this.origins = origins;
        this.headers = String.join(", ", HEADERS) + (additional.isEmpty() ? "" : ", " + String.join(", ", additional));
        this.maxAge = Long.toString(maxAge.toSeconds());
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (origins.isEmpty() || !isPreflight(invocation.exchange())) {
            next.proceed(invocation);
            return;
        }
        invocation.reply().varyOn("Access-Control-Request-Method, Access-Control-Request-Headers");
        invocation.reply().addHeader("access-control-allow-methods", METHODS);
        invocation.reply().addHeader("access-control-allow-headers", headers);
        invocation.reply().addHeader("access-control-max-age", maxAge);
        invocation.reply().claim().ifPresent(claim -> claim.send(Response.noContent()));
    }

    private boolean isPreflight(Exchange exchange) {
        List<String> origin = exchange.headers("Origin");
        return exchange.method().equals("OPTIONS")
                && origin.size() == 1
                && origins.permit(origin.get(0))
                && exchange.headers("Access-Control-Request-Method").size() == 1;
    }
}
