package dev.busbar.host.cache;

import dev.busbar.host.contract.CacheTerms;
import dev.busbar.host.pipeline.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The rules of storing: which responses, for how long, and which headers (RFC 9111 sections 3 and 4.2). Stateless. */
final class CacheRules {
    /** The headers that belong to one response only. */
    private static final Set<String> NOT_STORED = Set.of(
            "age",
            "cache-status",
            "preference-applied",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "server-timing",
            "warning");

    private CacheRules() {}

    /** The lifetime of a response; null when it must not be stored. */
    static StoredResponse.@Nullable Life life(Answer answer, CacheTerms terms, CacheKey key, CacheSettings settings) {
        if (answer.status() != 200 || !answer.isBuffered() || answer.body().length > settings.maxEntryBytes()) {
            return null;
        }
        if (answer.field("set-cookie") != null
                || answer.field("content-range") != null
                || !variesAsDeclared(answer.field("vary"), terms)) {
            return null;
        }
        CacheDirectives directives = CacheDirectives.ofResponse(answer.field("cache-control"));
        if (directives.noStore || directives.noCache || (directives.isPrivate && key.isShared())) {
            return null;
        }
        boolean shared = directives.sharedMaxAge != CacheDirectives.ABSENT;
        long declared = shared ? directives.sharedMaxAge : directives.maxAge;
        if (declared == CacheDirectives.ABSENT && answer.field("expires") != null) {
            return null; // a lifetime that is not evaluated here
        }
        boolean strict = directives.mustRevalidate || shared; // section 5.2.2.10
        // A handler that declares no lifetime means that it is to be asked, unless it permits a stale response itself.
        boolean asking = declared == 0 && directives.staleWhileRevalidate == CacheDirectives.ABSENT;
        StoredResponse.Life life = new StoredResponse.Life(
                shorter(terms.lifetime().fresh(), declared),
                strict || asking
                        ? 0
                        : shorter(terms.lifetime().staleWhileRevalidate(), directives.staleWhileRevalidate),
                strict ? 0 : shorter(terms.lifetime().staleIfError(), directives.staleIfError),
                !strict);
        return life.retention() > ageNanos(answer) ? life : null;
    }

    /**
     * The age that a response has already when a handler returns it, such as one that it has got from a cache (section
     * 5.1). The digits at its beginning count, and an age that does not begin with one is ignored.
     */
    static long ageNanos(Answer answer) {
        String age = answer.field("age");
        if (age == null) {
            return 0;
        }
        long seconds = 0;
        for (int i = 0; i < age.length() && age.charAt(i) >= '0' && age.charAt(i) <= '9'; i++) {
            seconds = Math.min(Integer.MAX_VALUE, seconds * 10 + (age.charAt(i) - '0'));
        }
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static long shorter(Duration policy, long seconds) {
        long nanos = policy.toNanos();
        return seconds == CacheDirectives.ABSENT ? nanos : Math.min(nanos, TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Section 4.1: a response that depends on more than its key cannot be selected by the key. */
    private static boolean variesAsDeclared(@Nullable String vary, CacheTerms terms) {
        if (vary == null) {
            return true;
        }
        for (String name : vary.split(",", -1)) {
            String header = name.strip().toLowerCase(Locale.ROOT);
            if (!header.isEmpty()
                    && !header.equals("accept-encoding")
                    && !terms.vary().contains(header)) {
                return false;
            }
        }
        return true;
    }

    /** The headers to store. */
    static Map<String, String> storable(Answer answer) {
        Map<String, String> headers = new HashMap<>(answer.fields());
        headers.keySet().removeAll(NOT_STORED);
        return Map.copyOf(headers);
    }
}
