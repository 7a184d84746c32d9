package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Finds out from where a request comes: walks from the peer backwards over the hops that trusted proxies have written
 * down, and stops at the first one that is no trusted proxy. What cannot be read stops it too, at the proxy that has
 * passed it on. Stateless; thread-safe.
 */
final class ClientAddressInterceptor implements Interceptor {
    private final List<AddressRange> trusted;
    private final Forwarding forwarding;

    ClientAddressInterceptor(List<AddressRange> trusted, Forwarding forwarding) {
        this.trusted = trusted;
        this.forwarding = forwarding;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (!trusted.isEmpty()) {
            invocation.clientAddress(walk(
                    invocation.exchange().remoteAddress(), invocation.exchange().headers(forwarding.field())));
        }
        next.proceed(invocation);
    }

    private String walk(String peer, List<String> lines) {
        String client = peer;
        if (!isTrusted(peer)) {
            return client;
        }
        List<String> hops = Forwarding.hops(lines);
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            Optional<InetAddress> hop = forwarding.address(hops.get(i));
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get().getHostAddress();
        }
        return client;
    }

    private boolean isTrusted(String address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }
}
