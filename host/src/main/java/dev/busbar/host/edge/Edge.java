package dev.busbar.host.edge;

import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import java.util.List;
import java.util.stream.Stream;

/** The interceptors of the edge in order; docs/pipeline-order.md gives the reasons for it. Immutable. */
public final class Edge {
    private final List<Interceptor> headers;
    private final List<Interceptor> checks;

    /** Creates the interceptors with these settings. */
    public Edge(EdgeSettings settings, CorrelationInterceptor correlation) {
        EdgeSettings.Cors cors = settings.cors();
        Origins origins = Origins.of(cors.origins());
        this.headers = List.of(
                correlation,
                new ClientAddressInterceptor(settings.trustedProxies(), settings.forwarding()),
                new SecurityHeadersInterceptor(settings.hsts()),
                new CorsInterceptor(origins, cors.credentials(), cors.exposed()));
        this.checks = List.of(
                new CanonicalPathInterceptor(),
                new HostInterceptor(new HostNames(settings.hosts())),
                new PreflightInterceptor(origins, cors.maxAge(), cors.headers()),
                new ListenerInterceptor(settings.separateAdmin()));
    }

    /** The interceptors that reject nothing and add headers; error responses of the server itself pass them as well. */
    public List<Interceptor> headers() {
        return headers;
    }

    /** All interceptors of the edge, for requests to routes and to pages. */
    public List<Interceptor> all() {
        return Stream.concat(headers.stream(), checks.stream()).toList();
    }
}
