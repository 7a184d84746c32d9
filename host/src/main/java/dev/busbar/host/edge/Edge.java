package dev.busbar.host.edge;

import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import java.util.List;
import java.util.stream.Stream;

/** The interceptors of the edge, in their order; why it is this one says docs/pipeline-order.md. Immutable. */
public final class Edge {
    private final List<Interceptor> fields;
    private final List<Interceptor> checks;

    /** Interceptors that do what is set. */
    public Edge(EdgeSettings settings, CorrelationInterceptor correlation) {
        EdgeSettings.Cors cors = settings.cors();
        Origins origins = Origins.of(cors.origins());
        this.fields = List.of(
                correlation,
                new ClientAddressInterceptor(settings.trustedProxies(), settings.forwarding()),
                new AnswerFieldsInterceptor(settings.hsts()),
                new CorsInterceptor(origins, cors.credentials()));
        this.checks = List.of(
                new CanonicalPathInterceptor(),
                new HostInterceptor(new HostNames(settings.hosts())),
                new PreflightInterceptor(origins, cors.maxAge(), cors.headers()),
                new ListenerInterceptor(settings.separateAdmin()));
    }

    /** What refuses nothing and adds to every answer; passed by what the server itself refuses, too. */
    public List<Interceptor> fields() {
        return fields;
    }

    /** All of them: what every request passes, one for a page too. */
    public List<Interceptor> all() {
        return Stream.concat(fields.stream(), checks.stream()).toList();
    }
}
