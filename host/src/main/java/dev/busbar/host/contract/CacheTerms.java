package dev.busbar.host.contract;

import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The terms on which responses of a route may be stored and served again (RFC 9111, RFC 5861). Immutable; two routes
 * with equal terms store and select responses alike.
 *
 * @param lifetime for how long a response may be served
 * @param vary the request headers that select a response, in lower case and in order
 * @param tags the names under which responses are invalidated
 * @param shared whether all callers share a response
 * @param survivesSwap whether responses outlive the generation that made them
 */
public record CacheTerms(Lifetime lifetime, List<String> vary, Set<String> tags, boolean shared, boolean survivesSwap) {
    /**
     * For how long a response may be served.
     *
     * @param fresh without asking the handler
     * @param staleWhileRevalidate beyond that, while a new one is made
     * @param staleIfError beyond that, in place of a failure
     */
    public record Lifetime(Duration fresh, Duration staleWhileRevalidate, Duration staleIfError) {}

    static CacheTerms of(CachePolicy policy) {
        return new CacheTerms(
                new Lifetime(policy.fresh(), policy.staleWhileRevalidate(), policy.staleIfError()),
                policy.vary(),
                policy.tags(),
                policy.isShared(),
                policy.isSurvivingSwap());
    }

    /** Whether a stored response may be served when the platform fails or is absent. */
    public boolean allowsStaleIfError() {
        return !lifetime.staleIfError().isZero();
    }
}
