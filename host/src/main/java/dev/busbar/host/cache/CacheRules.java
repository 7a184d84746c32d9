package dev.busbar.host.cache;

import dev.busbar.host.pipeline.Answer;
import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which answers may be kept, for how long, and what of them (RFC 9111 sections 3 and 4.2). Stateless. */
final class CacheRules {
    /** What belongs to one answer only, or is told anew each time. */
    private static final Set<String> NOT_KEPT = Set.of(
            "age",
            "cache-status",
            "preference-applied",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "server-timing",
            "warning");

    private CacheRules() {}

    /** How long an answer may be used; null when it must not be kept. */
    static StoredAnswer.@Nullable Life life(Answer answer, CachePolicy policy, CacheKey key, CacheSettings settings) {
        if (answer.status() != 200 || !answer.isWhole() || answer.body().length > settings.maxEntryBytes()) {
            return null;
        }
        if (answer.field("set-cookie") != null
                || answer.field("content-range") != null
                || !variesAsDeclared(answer.field("vary"), policy)) {
            return null;
        }
        CacheDirectives says = CacheDirectives.ofAnswer(answer.field("cache-control"));
        if (says.noStore || says.noCache || (says.isPrivate && key.isShared())) {
            return null;
        }
        boolean shared = says.sharedMaxAge != CacheDirectives.ABSENT;
        long said = shared ? says.sharedMaxAge : says.maxAge;
        if (said == CacheDirectives.ABSENT && answer.field("expires") != null) {
            return null; // a lifetime of its own that is not read here
        }
        boolean strict = says.mustRevalidate || shared; // section 5.2.2.10
        StoredAnswer.Life life = new StoredAnswer.Life(
                narrower(policy.fresh(), said),
                strict ? 0 : narrower(policy.staleWhileRevalidate(), says.staleWhileRevalidate),
                strict ? 0 : narrower(policy.staleIfError(), says.staleIfError),
                !strict);
        return life.kept() > 0 ? life : null;
    }

    private static long narrower(Duration declared, long seconds) {
        long nanos = declared.toNanos();
        return seconds == CacheDirectives.ABSENT ? nanos : Math.min(nanos, TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Section 4.1: one that says it depends on more than its key cannot be chosen by the key. */
    private static boolean variesAsDeclared(@Nullable String vary, CachePolicy policy) {
        if (vary == null) {
            return true;
        }
        for (String name : vary.split(",", -1)) {
            String field = name.strip().toLowerCase(Locale.ROOT);
            if (!field.isEmpty()
                    && !field.equals("accept-encoding")
                    && !policy.vary().contains(field)) {
                return false;
            }
        }
        return true;
    }

    /** The fields that are kept. */
    static Map<String, String> kept(Answer answer) {
        Map<String, String> fields = new HashMap<>(answer.fields());
        fields.keySet().removeAll(NOT_KEPT);
        return Map.copyOf(fields);
    }
}
