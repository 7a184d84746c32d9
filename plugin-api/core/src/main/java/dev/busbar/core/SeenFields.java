package dev.busbar.core;

import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Route;
import java.util.Locale;
import java.util.Optional;

/**
 * What a handler gets to see of a request where its answers are kept: only what tells two kept answers apart. A field
 * that is not part of the key could otherwise be used to put an answer in place for others. Stateless.
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

    /** Whether the handler is told who calls. */
    public static boolean isCallerSeen(Route route) {
        return route.cachePolicy().filter(CachePolicy::isShared).isEmpty();
    }

    /** Whether the handler may read a body. */
    public static boolean isBodySeen(Route route) {
        return route.cachePolicy().isEmpty() || route.method() != HttpMethod.GET;
    }
}
