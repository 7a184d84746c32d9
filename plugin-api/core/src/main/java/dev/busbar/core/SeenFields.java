package dev.busbar.core;

import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a request that a handler sees: the standard headers about content, negotiation, conditions and tracing, and
 * those that its route declares. Any other header is absent, because a proxy that names its users in one passes on what
 * any client wrote there, unless it is configured not to. No handler sees credentials, nor the headers by which proxies name
 * the client. The handler of a route with cached responses sees what makes up the cache key, because any other header could
 * be used to poison the cache for others. Stateless.
 */
public final class SeenFields {
    /** In lower case. None of them tells who the client is. */
    private static final Set<String> STANDARD = Set.of(
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            "baggage",
            "cache-control",
            "content-digest",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-length",
            "content-location",
            "content-range",
            "content-type",
            "date",
            "dnt",
            "host",
            "idempotency-key",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "last-event-id",
            "link",
            "origin",
            "pragma",
            "prefer",
            "priority",
            "range",
            "referer",
            "repr-digest",
            "save-data",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "sec-fetch-user",
            "te",
            "traceparent",
            "tracestate",
            "user-agent",
            "want-content-digest",
            "want-repr-digest",
            "x-correlation-id",
            "x-requested-with");

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
        String lower = name.toLowerCase(Locale.ROOT);
        Optional<CachePolicy> policy = route.cachePolicy();
        if (policy.isEmpty()) {
            return STANDARD.contains(lower) || (isDeclared(route, lower) && !isHidden(lower));
        }
        boolean isKey = policy.get().vary().contains(lower) || (route.isPure() && lower.equals("content-type"));
        return isKey && !isHidden(lower);
    }

    /** Whether a handler of the route does not see a header only because the route does not declare it. */
    public static boolean isUndeclared(Route route, String name) {
        return route.cachePolicy().isEmpty() && !isSeen(route, name) && !isHidden(name);
    }

    private static boolean isDeclared(Route route, String lower) {
        for (Parameter<?> parameter : route.parameters()) {
            if (parameter.place() == Parameter.Place.HEADER && parameter.name().equalsIgnoreCase(lower)) {
                return true;
            }
        }
        return false;
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
