package dev.busbar.host.contract;

import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Parameter;
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
 * @param parameters the declared parameters in words: a request that no longer fits them finds no response
 */
public record CacheTerms(
        Lifetime lifetime,
        List<String> vary,
        Set<String> tags,
        boolean shared,
        boolean survivesSwap,
        List<String> parameters) {
    /**
     * For how long a response may be served.
     *
     * @param fresh without asking the handler
     * @param staleWhileRevalidate beyond that, while a new one is made
     * @param staleIfError beyond that, in place of a failure
     */
    public record Lifetime(Duration fresh, Duration staleWhileRevalidate, Duration staleIfError) {}

    static CacheTerms of(CachePolicy policy, List<Parameter<?>> parameters) {
        return new CacheTerms(
                new Lifetime(policy.fresh(), policy.staleWhileRevalidate(), policy.staleIfError()),
                policy.vary(),
                policy.tags(),
                policy.isShared(),
                policy.isSurvivingSwap(),
                parameters.stream().map(Parameter::toString).toList());
    }

    /** Whether a stored response may be served when the platform fails or is absent. */
    public boolean allowsStaleIfError() {
        return !lifetime.staleIfError().isZero();
    }
}
