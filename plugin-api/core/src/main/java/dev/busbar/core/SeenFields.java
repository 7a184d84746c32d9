package dev.busbar.core;

import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a request that a handler sees. No handler sees credentials, nor headers that proxies use to name the client;
 * that of a route with cached responses sees what makes up the cache key, because any other header could be used to poison
 * the cache for others. Stateless.
 */
public final class SeenFields {
    private static final Set<String> HIDDEN = Set.of(
            "authorization",
            "cookie",
            "forwarded",
            "proxy-authorization",
            "true-client-ip",
            "x-api-key",
            "x-client-ip",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-real-ip",
            "x-rewrite-url");

    private static final List<String> HIDDEN_PREFIXES =
            List.of("cf-connecting-ip", "x-consumer-", "x-forwarded-", "x-original-", "x-user-");

    private SeenFields() {}

    /** Whether no handler sees a header. Underscores count as hyphens, since some servers do not tell them apart. */
    static boolean isHidden(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return HIDDEN.contains(plain) || HIDDEN_PREFIXES.stream().anyMatch(plain::startsWith);
    }

    /** Whether a handler of the route sees a header. */
    public static boolean isSeen(Route route, String name) {
        if (isHidden(name)) {
            return false;
        }
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
