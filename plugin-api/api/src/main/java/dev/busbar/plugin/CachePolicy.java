package dev.busbar.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * For how long, and for whom, the host may keep an answer of a {@link Route} and give it out again without asking the
 * handler (RFC 9111). Immutable; each method that changes something answers a copy. Two calls share an answer when path,
 * query, the fields named by {@link #vary} and the caller with what it may do are the same; so the handler sees no other
 * field of the request, and of a {@code GET} no body.
 *
 * <p>Only a whole answer with status 200 is kept. It may narrow the policy with a {@code Cache-Control} of its own:
 * {@code no-store}, {@code no-cache}, {@code private}, {@code max-age}, {@code s-maxage}, {@code must-revalidate},
 * {@code stale-while-revalidate}, {@code stale-if-error}. One with {@code Set-Cookie} is not kept.
 */
public final class CachePolicy {
    private static final Duration LONGEST = Duration.ofDays(30);
    /** What a handler is never shown. */
    private static final Set<String> UNSEEN = Set.of("authorization", "cookie", "proxy-authorization", "x-api-key");

    private Duration fresh;
    private Duration staleWhileRevalidate = Duration.ZERO;
    private Duration staleIfError = Duration.ZERO;
    private List<String> vary = List.of();
    private Set<String> tags = Set.of();
    private boolean sameForAll;
    private boolean keptOverSwap;

    private CachePolicy(Duration fresh) {
        this.fresh = fresh;
    }

    /**
     * Answers are as good as new for this long.
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
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
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
        copy.sameForAll = sameForAll;
        copy.keptOverSwap = keptOverSwap;
        change.accept(copy);
        return copy;
    }

    /**
     * For this long after it was fresh, an answer is given out at once while one call of the handler makes a new one
     * (RFC 5861 section 3).
     *
     * @throws IllegalArgumentException when it is negative, or longer than 30 days
     */
    public CachePolicy staleWhileRevalidate(Duration window) {
        Duration value = checked("staleWhileRevalidate", window);
        return with(copy -> copy.staleWhileRevalidate = value);
    }

    /**
     * For this long after it was fresh, an answer stands in for a 500, 502, 503 or 504, a timeout and an overload
     * included (RFC 5861 section 4).
     *
     * @throws IllegalArgumentException when it is negative, or longer than 30 days
     */
    public CachePolicy staleIfError(Duration window) {
        Duration value = checked("staleIfError", window);
        return with(copy -> copy.staleIfError = value);
    }

    /**
     * Says on which fields of the request the answer depends, such as {@code Accept-Language}.
     *
     * @throws IllegalArgumentException when one is not the name of a field, or of one that a handler never sees
     */
    public CachePolicy vary(String... fields) {
        for (String field : fields) {
            HeaderField.check(field, "");
            if (field.equals("*") || UNSEEN.contains(field.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "cache vary: \"" + field + "\" (expected: a field that a handler gets to see)");
            }
        }
        List<String> names = Stream.of(fields)
                .map(field -> field.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        return with(copy -> copy.vary = names);
    }

    /**
     * Gives answers names under which they can be taken back: by {@link Route#invalidates}, or by a maintainer.
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
     * Says that the answer is the same whoever calls, so that all who may call share it. The handler is not told who
     * calls then: {@link Request#principal()} is empty.
     */
    public CachePolicy sameForAll() {
        return with(copy -> copy.sameForAll = true);
    }

    /** Says that answers stay true when the platform is replaced; else a new generation begins without any. */
    public CachePolicy keptOverSwap() {
        return with(copy -> copy.keptOverSwap = true);
    }

    /** How long an answer is fresh. */
    public Duration fresh() {
        return fresh;
    }

    /** How long after that it is given out while a new one is made. */
    public Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    /** How long after it was fresh it stands in for a failure. */
    public Duration staleIfError() {
        return staleIfError;
    }

    /** The fields of the request on which the answer depends, in lower case and in order. */
    public List<String> vary() {
        return vary;
    }

    /** The names under which answers can be taken back. */
    public Set<String> tags() {
        return tags;
    }

    /** Whether all callers share an answer. */
    public boolean isSameForAll() {
        return sameForAll;
    }

    /** Whether answers outlive the generation that made them. */
    public boolean isKeptOverSwap() {
        return keptOverSwap;
    }
}
