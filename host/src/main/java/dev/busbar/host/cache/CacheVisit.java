package dev.busbar.host.cache;

import dev.busbar.core.ProblemType;
import dev.busbar.host.content.EntityTags;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request to a route whose answers are kept, on its way past the cache. Used by one thread at a time: the server's,
 * the one that resumes it, the one that answers.
 */
final class CacheVisit {
    private static final Duration ENOUGH = Duration.ofSeconds(1);

    private final Invocation invocation;
    private final Interceptor.Next next;
    private final Route route;
    private final CachePolicy policy;
    private final CacheKey key;
    private final CacheDirectives wants;
    private final ResponseCache cache;
    private String reason = "miss";
    private @Nullable StoredAnswer stale;
    private @Nullable CacheFlight flight;
    private BiConsumer<CacheFlight, Boolean> landing = (none, failed) -> {};
    private CacheStamps.@Nullable Mark mark;
    private long purgesBefore;
    private boolean direct;
    private volatile CacheCounts.Result result = CacheCounts.Result.MISS;

    /**
     * A request.
     *
     * @param wants what its client asks of caches
     */
    CacheVisit(
            Invocation invocation,
            Interceptor.Next next,
            CachePolicy policy,
            CacheKey key,
            CacheDirectives wants,
            ResponseCache cache) {
        this.invocation = invocation;
        this.next = next;
        this.route = invocation.endpoint().route().orElseThrow();
        this.policy = policy;
        this.key = key;
        this.wants = wants;
        this.cache = cache;
    }

    Invocation invocation() {
        return invocation;
    }

    CacheKey key() {
        return key;
    }

    CacheDirectives wants() {
        return wants;
    }

    Route route() {
        return route;
    }

    CachePolicy policy() {
        return policy;
    }

    /** The fields of the request that the handler gets to see. */
    List<String> seen() {
        return route.isPure()
                ? Stream.concat(policy.vary().stream(), Stream.of("content-type"))
                        .toList()
                : policy.vary();
    }

    /** The same for another invocation, whose answer replaces the stale one. */
    CacheVisit onBehalf(Invocation other) {
        CacheVisit refresh = new CacheVisit(other, next, policy, key, wants, cache);
        refresh.reason = "stale";
        return refresh;
    }

    /** Whether it may wait for the answer to another request. */
    boolean mayShare() {
        return !reason.equals("request");
    }

    /** Looks for a kept answer that will do, and gives it out if there is one (RFC 9111 section 4). */
    Found find() {
        StoredAnswer kept = wants.noCache ? null : cache.find(key);
        if (kept == null) {
            reason = wants.noCache ? "request" : "miss";
            return Found.NOTHING;
        }
        long now = cache.now();
        if (kept.isFresh(now)) {
            if (isRecent(kept, now)) {
                serve(kept, CacheCounts.Result.HIT, "busbar; hit; ttl=" + kept.ttlSeconds(now));
                return Found.FRESH;
            }
            reason = "request";
            return Found.NOTHING;
        }
        reason = "stale";
        boolean recent = isRecent(kept, now);
        if (recent && kept.mayRefreshBehind(now)) {
            stale = kept;
            return Found.STALE;
        }
        if (recent && kept.life().anyStale() && -kept.freshNanos(now) <= toNanos(wants.maxStale)) {
            serveStale(kept, "busbar; hit; ttl=" + kept.ttlSeconds(now));
            return Found.FRESH;
        }
        stale = recent ? kept : null;
        return Found.NOTHING;
    }

    /** What was found. */
    enum Found {
        /** What will do; it is given out. */
        FRESH,
        /** What will do while another one is made. */
        STALE,
        /** Nothing that will do. */
        NOTHING
    }

    /** Whether it is as young as the client wants it, and stays so (RFC 9111 section 5.2.1). */
    private boolean isRecent(StoredAnswer kept, long now) {
        boolean young = wants.maxAge == CacheDirectives.ABSENT || now - kept.since() < toNanos(wants.maxAge);
        return young && (wants.minFresh == CacheDirectives.ABSENT || kept.freshNanos(now) >= toNanos(wants.minFresh));
    }

    private static long toNanos(long seconds) {
        return seconds < 0 ? Long.MIN_VALUE : seconds > 1L << 32 ? Long.MAX_VALUE : seconds * 1_000_000_000L;
    }

    /** Gives the stale answer out, for one that {@link #find} has found. */
    void serveStale() {
        StoredAnswer old = stale;
        if (old != null) {
            serveStale(old, "busbar; fwd=stale; ttl=" + old.ttlSeconds(cache.now()));
        }
    }

    private void serveStale(StoredAnswer old, String status) {
        serve(old, CacheCounts.Result.STALE, status);
    }

    private void serve(StoredAnswer kept, CacheCounts.Result what, String status) {
        direct = true;
        result = what;
        invocation.reply().claim().ifPresent(claim -> claim.send(kept.answer(cache.now(), status)));
    }

    /** After the one that it waited for is over: gives out what has come of it, or asks the handler itself. */
    void resume(boolean failed) {
        StoredAnswer kept = cache.find(key);
        long now = cache.now();
        if (kept != null && kept.isFresh(now) && isRecent(kept, now)) {
            serve(
                    kept,
                    CacheCounts.Result.COLLAPSED,
                    "busbar; fwd=" + reason + "; collapsed; ttl=" + kept.ttlSeconds(now));
        } else if (failed && mayCover()) {
            serveStale();
        } else {
            proceed();
        }
    }

    /**
     * Has others wait for it.
     *
     * @param whenOver gets the flight and whether the handler has failed; may be told more than once
     */
    void lead(CacheFlight led, BiConsumer<CacheFlight, Boolean> whenOver) {
        flight = led;
        landing = whenOver;
        invocation.completion().onComplete(() -> land(true)); // answered, but not in a way that was seen here
    }

    /** Asks the handler. */
    void proceed() {
        purgesBefore = cache.purges();
        mark = cache.stamps().mark(key.platform(), key.path(), policy.tags());
        next.proceed(invocation);
    }

    /** The response when the one that it waits for is not answered in time. */
    ProblemException late() {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("the same request of another caller was not answered within "
                        + invocation.timing().allowed())
                .with("platform", invocation.endpoint().platform())
                .with("generation", Long.toString(invocation.endpoint().generation()));
    }

    /** What is counted of it, once it is known how it ended. */
    CacheCounts.Result result(Sent sent) {
        return result == CacheCounts.Result.HIT && sent.status() == 304 ? CacheCounts.Result.REVALIDATED : result;
    }

    /** Looks at the answer on its way out: keeps it, or puts an older one in its place. */
    void answered(Answer answer) {
        if (direct) {
            return;
        }
        boolean failed = isFailure(answer.status());
        try {
            if (failed && answer.isWhole() && mayCover()) {
                cover(answer);
            } else {
                policy.vary().forEach(field -> answer.varyOn(field));
                boolean kept = mark != null && keep(answer, mark);
                answer.field("cache-status", "busbar; fwd=" + reason + (kept ? "; stored" : ""));
            }
        } finally {
            land(failed);
        }
    }

    private void land(boolean failed) {
        CacheFlight led = flight;
        if (led != null) {
            landing.accept(led, failed);
        }
    }

    private static boolean isFailure(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /** RFC 5861 section 4. */
    private boolean mayCover() {
        StoredAnswer old = stale;
        return old != null && old.mayCover(cache.now()) && cache.stamps().isCurrent(old.mark());
    }

    private void cover(Answer answer) {
        StoredAnswer old = stale;
        if (old != null) {
            long now = cache.now();
            result = CacheCounts.Result.STALE;
            answer.replace(old.answer(
                    now, "busbar; fwd=stale; fwd-status=" + answer.status() + "; ttl=" + old.ttlSeconds(now)));
        }
    }

    private boolean keep(Answer answer, CacheStamps.Mark before) {
        StoredAnswer.Life life = CacheRules.life(answer, policy, key, cache.settings());
        if (life == null || invocation.endpoint().isRetiring() || isHurried()) {
            return false;
        }
        if (answer.field("etag") == null) {
            answer.field("etag", EntityTags.of(answer.body()));
        }
        StoredAnswer made = cache.made(answer, life, before);
        cache.put(key, made, policy.tags(), purgesBefore);
        return true;
    }

    /** A handler that has far less time than its route gives may have answered what it would not have otherwise. */
    private boolean isHurried() {
        Duration deadline = invocation.endpoint().route().map(Route::deadline).orElse(Route.DEFAULT_DEADLINE);
        Duration half = deadline.dividedBy(2);
        Duration enough = half.compareTo(ENOUGH) < 0 ? half : ENOUGH;
        return invocation.timing().allowed().compareTo(enough) < 0;
    }
}
