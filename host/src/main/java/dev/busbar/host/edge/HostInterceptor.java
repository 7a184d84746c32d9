package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.Set;

/**
 * Refuses a request that was meant for another host name: 421 (RFC 9110 section 15.5.20), which says that the request
 * is well formed and asks the wrong one. So a page whose name was pointed at this address (DNS rebinding) gets nothing.
 * Open to all are the two checks of health, which balancers ask by address; a client of HTTP/1.0 may name no host, which
 * no browser does. Stateless; thread-safe.
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
            throw ProblemException.of(
                    421,
                    "misdirected-request",
                    "Misdirected request",
                    "this host does not answer under the name that was asked (expected: one of http.hosts)");
        }
        next.proceed(invocation);
    }
}
