package dev.busbar.core;

import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Route;
import java.util.Locale;
import java.util.Optional;

/**
 * The part of a request that the handler of a route with cached responses sees: the part that makes up the cache key. A
 * header that is not in the key could otherwise be used to poison the cache for others. Stateless.
 */
public final class SeenFields {
    private SeenFields() {}

    /** Whether a handler of the route may read a field, as far as the cache is concerned. */
    public static boolean isSeen(Route route, String name) {
        Optional<CachePolicy> policy = route.cachePolicy();
        if (policy.isEmpty()) {
            return true;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return policy.get().vary().contains(lower) || (route.isPure() && lower.equals("content-type"));
    }

    /** Whether the handler sees the caller. */
    public static boolean isCallerSeen(Route route) {
        return route.cachePolicy().filter(CachePolicy::isShared).isEmpty();
    }

    /** Whether the handler may read a body. */
    public static boolean isBodySeen(Route route) {
        return route.cachePolicy().isEmpty() || route.method() != HttpMethod.GET;
    }
}
