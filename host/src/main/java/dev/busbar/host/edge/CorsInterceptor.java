package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.List;

/**
 * Adds the CORS headers that let a permitted origin read the response (Fetch section 3.3), to error responses as well.
 * Does nothing if no origin is configured. Stateless; thread-safe.
 */
final class CorsInterceptor implements Interceptor {
    private static final String EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, Location, X-Correlation-ID, ETag,"
            + " Deprecation, Sunset, Link, Preference-Applied, WWW-Authenticate, Idempotency-Replayed";

    private final Origins origins;
    private final boolean credentials;
    private final String exposed;

    /** @param additional response headers that pages may read, beside those of the host */
    CorsInterceptor(Origins origins, boolean credentials, List<String> additional) {
        this.origins = origins;
        this.credentials = credentials;
        this.exposed = additional.isEmpty() ? EXPOSED : EXPOSED + ", " + String.join(", ", additional);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (!origins.isEmpty()) {
            decorate(invocation);
        }
        next.proceed(invocation);
    }

    private void decorate(Invocation invocation) {
        invocation.reply().varyOn("Origin");
        List<String> sent = invocation.exchange().headers("Origin");
        if (sent.size() != 1 || !origins.permit(sent.get(0))) {
            return;
        }
        invocation.reply().addHeader("access-control-allow-origin", origins.isAny() ? "*" : sent.get(0));
        invocation.reply().addHeader("access-control-expose-headers", exposed);
        if (credentials) {
            invocation.reply().addHeader("access-control-allow-credentials", "true");
        }
    }
}
