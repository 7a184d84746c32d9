package dev.busbar.host.cache;

import dev.busbar.host.contract.CacheTerms;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The cache key of a request (RFC 9111 section 2): everything that a handler gets to see of it, and nothing else.
 * Immutable; hashed once. It is comparable only so that keys made to collide in their hash are still found fast.
 */
final class CacheKey implements Comparable<CacheKey> {
    /** The approximate overhead of an entry. */
    private static final int OVERHEAD_BYTES = 512;

    private final String platform;
    private final Object epoch;
    private final String path;
    private final String query;
    private final List<String> selected;
    private final String body;
    private final Partition partition;
    private final int hash;

    /**
     * The callers that share a response.
     *
     * @param principal the principal that the handler sees; empty in the partition that all callers share
     * @param permissions the permissions of the caller
     */
    private record Partition(List<Principal> principal, Set<String> permissions) {
        static final Partition SHARED = new Partition(List.of(), Set.of());

        static Partition of(Caller caller) {
            return new Partition(List.of(caller.principal()), caller.permissions());
        }
    }

    private CacheKey(
            String platform,
            Object epoch,
            String path,
            String query,
            List<String> selected,
            String body,
            Partition partition) {
        this.platform = platform;
        this.epoch = epoch;
        this.path = path;
        this.query = query;
        this.selected = selected;
        this.body = body;
        this.partition = partition;
        int mixed = platform.hashCode() * 31 + epoch.hashCode();
        mixed = mixed * 31 + path.hashCode();
        mixed = mixed * 31 + query.hashCode();
        mixed = mixed * 31 + selected.hashCode();
        mixed = mixed * 31 + body.hashCode();
        this.hash = mixed * 31 + partition.hashCode();
    }

    /**
     * The key of a request to a route with cache terms.
     *
     * @param body the digest of its body; empty for a {@code GET}
     */
    static CacheKey of(Invocation invocation, RouteContract route, CacheTerms terms, String body) {
        Exchange exchange = invocation.exchange();
        Partition partition = terms.shared()
                ? Partition.SHARED
                : invocation.caller().map(Partition::of).orElse(Partition.SHARED);
        return new CacheKey(
                route.id().platform(),
                terms.survivesSwap() ? terms : Endpoint.routed(invocation).owner(),
                invocation.path().value(),
                query(exchange.rawQuery()),
                selected(exchange, route, terms),
                body,
                partition);
    }

    /** The values of the headers in the key. A value contains no line end, so different lists have different texts. */
    private static List<String> selected(Exchange exchange, RouteContract route, CacheTerms terms) {
        if (terms.vary().isEmpty() && !route.effects().pure()) {
            return List.of();
        }
        List<String> values = new ArrayList<>(terms.vary().size() + 2);
        for (String header : terms.vary()) {
            values.add(values(exchange, header));
        }
        if (route.effects().pure()) {
            values.add("\nPOST"); // distinct from a GET of the same path
            values.add(values(exchange, "content-type"));
        }
        return values;
    }

    private static String values(Exchange exchange, String header) {
        List<String> values = exchange.headers(header);
        return switch (values.size()) {
            case 0 -> "\n"; // an absent header differs from an empty one
            case 1 -> values.get(0);
            default -> String.join("\n", values);
        };
    }

    /** The query with upper-case percent-encodings (RFC 3986 section 6.2.2). The order of parameters stays. */
    static String query(String raw) {
        int percent = raw.indexOf('%');
        if (percent < 0) {
            return raw;
        }
        StringBuilder normalized = new StringBuilder(raw);
        for (int i = percent; i >= 0; i = raw.indexOf('%', i + 1)) {
            for (int digit = i + 1; digit < Math.min(i + 3, raw.length()); digit++) {
                char c = raw.charAt(digit);
                if (c >= 'a' && c <= 'f') {
                    normalized.setCharAt(digit, (char) (c - 0x20));
                }
            }
        }
        return normalized.toString();
    }

    String platform() {
        return platform;
    }

    String path() {
        return path;
    }

    /** Returns whether all callers share it, so that a private response must not be stored. */
    boolean isShared() {
        return partition.principal().isEmpty();
    }

    /** The approximate size in bytes. */
    int weight() {
        int chars = path.length() + query.length() + body.length();
        for (String value : selected) {
            chars += value.length() + 40;
        }
        return OVERHEAD_BYTES + 2 * chars;
    }

    @Override
    public int compareTo(CacheKey other) {
        int order = path.compareTo(other.path);
        order = order == 0 ? query.compareTo(other.query) : order;
        order = order == 0 ? body.compareTo(other.body) : order;
        return order == 0 ? String.join("\n", selected).compareTo(String.join("\n", other.selected)) : order;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheKey key
                && hash == key.hash
                && epoch.equals(key.epoch)
                && path.equals(key.path)
                && query.equals(key.query)
                && platform.equals(key.platform)
                && selected.equals(key.selected)
                && body.equals(key.body)
                && partition.equals(key.partition);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
