package dev.busbar.host.contract;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Deprecation;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The promise of one route in words and numbers. Made once from the declared {@link Route} when a generation is
 * published; holds neither its handler nor a class of the plugin. Immutable, compared by value.
 *
 * @param id which route it is
 * @param permission the permission that a caller needs, such as {@code billing:read}; empty where anybody may call
 * @param limits the bounds of a request
 * @param cache the terms on which responses are stored; empty where none is
 * @param effects what a request may change
 * @param description what people read of it
 */
public record RouteContract(
        Id id,
        Optional<String> permission,
        Limits limits,
        Optional<CacheTerms> cache,
        Effects effects,
        Description description) {

    /**
     * The identity of a route, the same in each generation.
     *
     * @param platform the platform's id, or {@link Owner#HOST_ID}
     * @param method the method that it answers
     * @param template the path template, below the platform's mount
     */
    public record Id(String platform, HttpMethod method, String template) {
        /** The path template as a client sees it, such as {@code /api/billing/bills/{id}}. */
        public String path() {
            boolean atMount = template.equals("/") && !isOfHost();
            return isOfHost() ? template : "/api/" + platform + (atMount ? "" : template);
        }

        private boolean isOfHost() {
            return platform.equals(Owner.HOST_ID);
        }
    }

    /**
     * The bounds of a request.
     *
     * @param deadline from its arrival to the first byte of the response, queueing included
     * @param cost how much of a rate limit or a quota it takes
     * @param maxBodyBytes how many bytes its body may have
     * @param consumes which media types its body may have; empty means any
     */
    public record Limits(Duration deadline, int cost, long maxBodyBytes, List<String> consumes) {}

    /**
     * What a request may change.
     *
     * @param pure whether a {@code POST} only computes
     * @param invalidates the tags of cached responses that a successful request makes stale
     */
    public record Effects(boolean pure, Set<String> invalidates) {}

    /**
     * What people read of it.
     *
     * @param summary what it does, in one line; empty when nothing was said
     * @param deprecation that it should not be used any more; empty while it should
     */
    public record Description(String summary, Optional<Deprecation> deprecation) {}

    /**
     * The contract of a declared route.
     *
     * @param platform the platform's id, or {@link Owner#HOST_ID}
     * @throws IllegalArgumentException when the route declares no access
     */
    public static RouteContract of(String platform, Route route) {
        Access access = route.access()
                .orElseThrow(() -> new IllegalArgumentException(
                        "route " + route + " declares no access (expected: .access(...))"));
        return new RouteContract(
                new Id(platform, route.method(), route.path()),
                access.permission(platform),
                new Limits(route.deadline(), route.cost(), route.maxBodyBytes(), route.consumes()),
                route.cachePolicy().map(policy -> CacheTerms.of(policy, route.parameters())),
                new Effects(route.isPure(), route.invalidatedTags()),
                new Description(route.summary(), route.deprecation()));
    }

    /** The method that it answers. */
    public HttpMethod method() {
        return id.method();
    }

    /** The path template, below the platform's mount. */
    public String template() {
        return id.template();
    }

    /** The action that a caller must be permitted, such as {@code read}; empty where anybody may call. */
    public Optional<String> action() {
        return permission.map(full -> full.substring(id.platform().length() + 1));
    }

    /** Whether it is a route of the host itself. */
    public boolean isOfHost() {
        return id.isOfHost();
    }

    /** Whether a successful request may have changed something that cached responses show. */
    public boolean changesState() {
        return method() != HttpMethod.GET && !effects.pure();
    }

    @Override
    public String toString() {
        return method() + " " + template();
    }
}
