package dev.busbar.host.edge;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.Set;

/**
 * Rejects a request for a host name that is not accepted with 421 (RFC 9110 section 15.5.20), which prevents DNS
 * rebinding. The two health checks are exempt, because load balancers use addresses, and so is an HTTP/1.0 request without
 * a host name, which no browser sends. Stateless; thread-safe.
 */
final class HostInterceptor implements Interceptor {
    private static final Set<String> OPEN = Set.of("/health/live", "/health/ready");

    private final HostNames names;

    HostInterceptor(HostNames names) {
        this.names = names;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Exchange exchange = invocation.exchange();
        String authority = exchange.authority();
        boolean nameless = authority.isEmpty() && exchange.headers("Host").isEmpty();
        if (!nameless
                && !OPEN.contains(invocation.path().value())
                && !names.cover(authority, exchange.isEncrypted() ? 443 : 80)) {
            throw ProblemType.MISDIRECTED_REQUEST.problem(
                    "this host does not serve the requested host name (expected: one of http.hosts)");
        }
        next.proceed(invocation);
    }
}
