package dev.busbar.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The policy by which the host stores responses of a {@link Route} and serves them again without calling the handler (RFC
 * 9111). Immutable; each method that changes something returns a copy. Two requests share a cached response when path,
 * query, the headers named by {@link #vary} and the caller with its permissions are the same; so the handler sees no
 * other header of the request, and of a {@code GET} no body.
 *
 * <p>Only a buffered response with status 200 is stored. It may narrow the policy with a {@code Cache-Control} of its own:
 * {@code no-store}, {@code no-cache}, {@code private}, {@code max-age}, {@code s-maxage}, {@code must-revalidate},
 * {@code stale-while-revalidate}, {@code stale-if-error}. One with {@code Set-Cookie} is not stored.
 */
public final class CachePolicy {
    private static final Duration MAX = Duration.ofDays(30);
    /** The headers that a handler never sees. */
    private static final Set<String> UNSEEN = Set.of("authorization", "cookie", "proxy-authorization", "x-api-key");

    private Duration fresh;
    private Duration staleWhileRevalidate = Duration.ZERO;
    private Duration staleIfError = Duration.ZERO;
    private List<String> vary = List.of();
    private Set<String> tags = Set.of();
    private boolean shared;
    private boolean survivesSwap;

    private CachePolicy(Duration fresh) {
        this.fresh = fresh;
    }

    /**
     * A policy by which responses are fresh for this long.
     *
     * @throws IllegalArgumentException when it is not positive, or longer than 30 days
     */
    public static CachePolicy of(Duration fresh) {
        if (fresh.isZero()) {
            throw new IllegalArgumentException("cache fresh: " + fresh + " (expected: above 0, up to P30D)");
        }
        return new CachePolicy(checked("fresh", fresh));
    }

    private static Duration checked(String name, Duration value) {
        if (value.isNegative() || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "cache " + name + ": " + value + " (expected: not negative, up to P30D)");
        }
        return value;
    }

    private CachePolicy with(Consumer<CachePolicy> change) {
        CachePolicy copy = new CachePolicy(fresh);
        copy.staleWhileRevalidate = staleWhileRevalidate;
        copy.staleIfError = staleIfError;
        copy.vary = vary;
        copy.tags = tags;
        copy.shared = shared;
        copy.survivesSwap = survivesSwap;
        change.accept(copy);
        return copy;
    }

    /**
     * Sets how long after it was fresh a stale response is served at once while one call of the handler makes a new one
     * (RFC 5861 section 3).
     *
     * @throws IllegalArgumentException when it is negative, or longer than 30 days
     */
    public CachePolicy staleWhileRevalidate(Duration window) {
        Duration value = checked("staleWhileRevalidate", window);
        return with(copy -> copy.staleWhileRevalidate = value);
    }

    /**
     * Sets how long after it was fresh a stale response is served in place of a 500, 502, 503 or 504, a timeout and an
     * overload included (RFC 5861 section 4).
     *
     * @throws IllegalArgumentException when it is negative, or longer than 30 days
     */
    public CachePolicy staleIfError(Duration window) {
        Duration value = checked("staleIfError", window);
        return with(copy -> copy.staleIfError = value);
    }

    /**
     * Names the request headers on which the response depends, such as {@code Accept-Language}.
     *
     * @throws IllegalArgumentException when one is not the name of a header, or of one that a handler never sees
     */
    public CachePolicy vary(String... headers) {
        for (String header : headers) {
            HttpSyntax.checkHeader(header, "");
            if (header.equals("*") || UNSEEN.contains(header.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "cache vary: \"" + header + "\" (expected: a header that a handler gets to see)");
            }
        }
        List<String> names = Stream.of(headers)
                .map(header -> header.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        return with(copy -> copy.vary = names);
    }

    /**
     * Names the tags by which cached responses can be invalidated: by {@link Route#invalidates}, or by a maintainer.
     *
     * @throws IllegalArgumentException when one is empty, longer than 100 characters, or holds spaces or control
     *     characters
     */
    public CachePolicy tags(String... names) {
        Set<String> checked = checkedTags(names);
        return with(copy -> copy.tags = checked);
    }

    static Set<String> checkedTags(String... names) {
        for (String name : names) {
            if (name.isEmpty() || name.length() > 100 || name.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
                throw new IllegalArgumentException(
                        "cache tag: \"" + name + "\" (expected: 1 to 100 printable ASCII characters without spaces)");
            }
        }
        return Set.copyOf(new TreeSet<>(List.of(names)));
    }

    /**
     * Declares one cached response for all callers. The handler does not see the caller then: {@link
     * Request#principal()} is empty.
     */
    public CachePolicy shared() {
        return with(copy -> copy.shared = true);
    }

    /** Declares that cached responses stay valid when the platform is replaced; else a new generation starts with none. */
    public CachePolicy survivesSwap() {
        return with(copy -> copy.survivesSwap = true);
    }

    /** How long a cached response is fresh. */
    public Duration fresh() {
        return fresh;
    }

    /** How long after that it is served while a new one is made. */
    public Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    /** How long after it was fresh it is served in place of a failure. */
    public Duration staleIfError() {
        return staleIfError;
    }

    /** The request headers on which the response depends, in lower case and in order. */
    public List<String> vary() {
        return vary;
    }

    /** The tags by which cached responses can be invalidated. */
    public Set<String> tags() {
        return tags;
    }

    /** Whether all callers share one cached response. */
    public boolean isShared() {
        return shared;
    }

    /** Whether cached responses outlive the generation that made them. */
    public boolean isSurvivingSwap() {
        return survivesSwap;
    }
}
