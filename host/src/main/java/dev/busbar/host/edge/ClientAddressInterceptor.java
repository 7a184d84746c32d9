package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Determines the client's address: walks back from the peer over the hops that trusted proxies report, to the first hop
 * that is not a trusted proxy. A hop that is not an address ends the walk at the proxy that passed it on. Stateless;
 * thread-safe.
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
                    invocation.exchange().remoteAddress(), invocation.exchange().headers(forwarding.header())));
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
