package dev.busbar.host.cache;

import dev.busbar.core.ProblemType;
import dev.busbar.host.content.EntityTags;
import dev.busbar.host.contract.CacheTerms;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lookup of one request to a route with cache terms, up to the response that is served or stored. Used by one thread
 * at a time: the event-loop thread, then the one that resumes the request or sends its response.
 */
final class CacheLookup {
    private static final Duration ENOUGH = Duration.ofSeconds(1);

    private final Invocation invocation;
    private final Interceptor.Next next;
    private final RouteContract route;
    private final CacheTerms terms;
    private final CacheKey key;
    private final CacheDirectives wants;
    private final ResponseCache cache;
    private Forward forward = Forward.MISS;
    private @Nullable StoredResponse stale;
    private @Nullable Consumer<CacheFlight.Outcome> completeFlight;
    private CacheStamps.@Nullable Mark mark;
    private long purgesBefore;
    private long forwardedAt;
    private boolean servedFromCache;
    private volatile CacheCounts.Result result = CacheCounts.Result.MISS;

    /**
     * A lookup.
     *
     * @param wants the cache directives of the request
     */
    CacheLookup(
            Invocation invocation,
            Interceptor.Next next,
            CacheTerms terms,
            CacheKey key,
            CacheDirectives wants,
            ResponseCache cache) {
        this.invocation = invocation;
        this.next = next;
        this.route = Endpoint.routed(invocation).route();
        this.terms = terms;
        this.key = key;
        this.wants = wants;
        this.cache = cache;
    }

    Invocation invocation() {
        return invocation;
    }

    /** The requests with which it may share a flight. */
    CacheFlight.Key flightKey() {
        return new CacheFlight.Key(key, Endpoint.routed(invocation).owner());
    }

    CacheDirectives wants() {
        return wants;
    }

    RouteContract route() {
        return route;
    }

    /** The request headers that the handler sees. */
    List<String> seen() {
        return route.effects().pure()
                ? Stream.concat(terms.vary().stream(), Stream.of("content-type"))
                        .toList()
                : terms.vary();
    }

    /** The lookup of an invocation that revalidates the stale response in the background. */
    CacheLookup revalidation(Invocation other) {
        CacheLookup refresh = new CacheLookup(other, next, terms, key, wants, cache);
        refresh.forward = Forward.STALE;
        return refresh;
    }

    /** Returns whether it may wait for the response to an identical request in flight. */
    boolean mayCollapse() {
        return forward != Forward.REQUEST && !isAbsent();
    }

    /** Looks for a stored response that satisfies the request, and serves it if there is one (RFC 9111 section 4). */
    Found find() {
        StoredResponse stored = wants.noCache ? null : cache.find(key);
        if (stored == null) {
            forward = wants.noCache ? Forward.REQUEST : Forward.MISS;
            return Found.NONE;
        }
        long now = cache.now();
        if (isAbsent()) {
            return findForAbsent(stored, now);
        }
        if (stored.isFresh(now)) {
            if (isRecent(stored, now)) {
                serve(stored, CacheCounts.Result.HIT, "busbar; hit; ttl=" + stored.ttlSeconds(now));
                return Found.FRESH;
            }
            forward = Forward.REQUEST;
            return Found.NONE;
        }
        forward = Forward.STALE;
        boolean recent = isRecent(stored, now);
        if (recent && stored.mayServeWhileRevalidating(now)) {
            stale = stored;
            return Found.STALE;
        }
        if (recent && stored.life().anyStale() && -stored.freshNanos(now) <= toNanos(wants.maxStale)) {
            serveStale(stored, "busbar; hit; ttl=" + stored.ttlSeconds(now));
            return Found.FRESH;
        }
        stale = recent ? stored : null;
        return Found.NONE;
    }

    private boolean isAbsent() {
        return Endpoint.routed(invocation).isAbsent();
    }

    /** For an absent platform, fresh or stale, only a response that may be served on error is used. */
    private Found findForAbsent(StoredResponse stored, long now) {
        boolean recent = isRecent(stored, now);
        if (recent && stored.isFresh(now) && stored.mayServeOnError(now)) {
            serve(stored, CacheCounts.Result.HIT, "busbar; hit; ttl=" + stored.ttlSeconds(now));
            return Found.FRESH;
        }
        forward = !recent ? Forward.REQUEST : stored.isFresh(now) ? Forward.BYPASS : Forward.STALE;
        stale = recent ? stored : null;
        return Found.NONE;
    }

    /** The result of a lookup. */
    enum Found {
        /** A response that satisfies the request; it is served. */
        FRESH,
        /** A stale response that may be served while it is revalidated. */
        STALE,
        /** No response that satisfies the request. */
        NONE
    }

    /** The reason why a request is forwarded to the handler (RFC 9211 section 2.2). */
    private enum Forward {
        MISS("miss"),
        STALE("stale"),
        REQUEST("request"),
        BYPASS("bypass");

        private final String token;

        Forward(String token) {
            this.token = token;
        }
    }

    /** Returns whether its age satisfies the directives of the request (RFC 9111 section 5.2.1). */
    private boolean isRecent(StoredResponse stored, long now) {
        boolean young = wants.maxAge == CacheDirectives.ABSENT || now - stored.since() < toNanos(wants.maxAge);
        return young && (wants.minFresh == CacheDirectives.ABSENT || stored.freshNanos(now) >= toNanos(wants.minFresh));
    }

    private static long toNanos(long seconds) {
        return seconds < 0 ? Long.MIN_VALUE : seconds > 1L << 32 ? Long.MAX_VALUE : seconds * 1_000_000_000L;
    }

    /** Serves the stale response that {@link #find} has found. */
    void serveStale() {
        StoredResponse old = stale;
        if (old != null) {
            serveStale(old, "busbar; fwd=stale; ttl=" + old.ttlSeconds(cache.now()));
        }
    }

    private void serveStale(StoredResponse old, String status) {
        serve(old, CacheCounts.Result.STALE, status);
    }

    private void serve(StoredResponse stored, CacheCounts.Result what, String status) {
        servedFromCache = true;
        result = what;
        invocation.note(CacheCounts.TOPIC, CacheCounts.word(what));
        invocation.reply().claim().ifPresent(claim -> claim.send(stored.answer(cache.now(), status)));
    }

    /** Goes on when the flight is complete: serves the response of the leader, or forwards to the handler. */
    void resume(CacheFlight.Outcome outcome) {
        StoredResponse response = outcome instanceof CacheFlight.Outcome.Shared shared && isValid(shared)
                ? shared.response()
                : cache.find(key);
        long now = cache.now();
        if (response != null && response.isFresh(now) && isRecent(response, now)) {
            serve(
                    response,
                    CacheCounts.Result.COLLAPSED,
                    "busbar; fwd=" + forward.token + "; collapsed; ttl=" + response.ttlSeconds(now));
        } else if (outcome instanceof CacheFlight.Outcome.Failed && mayServeStaleOnError()) {
            serveStale();
        } else {
            proceed();
        }
    }

    /** Returns whether it was neither invalidated nor purged since its handler was called. */
    private boolean isValid(CacheFlight.Outcome.Shared shared) {
        return cache.purges() == shared.purgesBefore()
                && cache.stamps().isCurrent(shared.response().mark());
    }

    /**
     * Makes it the leader of a flight.
     *
     * @param complete completes the flight; may be called more than once
     */
    void becomeLeader(Consumer<CacheFlight.Outcome> complete) {
        completeFlight = complete;
        invocation
                .completion()
                .onComplete(() -> complete.accept(
                        CacheFlight.Outcome.FAILED)); // the server has answered, without a response of the handler
    }

    /** Forwards to the handler. */
    void proceed() {
        purgesBefore = cache.purges();
        mark = cache.stamps().mark(key.platform(), key.path(), terms.tags());
        forwardedAt = cache.now();
        next.proceed(invocation);
    }

    /** The problem of a follower whose leader gets no response in time. */
    ProblemException late() {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("there was no response to an identical request in flight within "
                        + invocation.timing().allowed())
                .with("platform", invocation.endpoint().platform())
                .with(
                        "generation",
                        Long.toString(Endpoint.routed(invocation).owner().generationNumber()));
    }

    /** The result to count, once the response is sent. */
    CacheCounts.Result result(Sent sent) {
        return result == CacheCounts.Result.HIT && sent.status() == 304 ? CacheCounts.Result.REVALIDATED : result;
    }

    /** Stores the response of the handler on its way out, or replaces a failure by the stale response. */
    void answered(Answer answer) {
        if (servedFromCache) {
            return;
        }
        boolean failed = isFailure(answer.status());
        CacheFlight.Outcome outcome = failed ? CacheFlight.Outcome.FAILED : CacheFlight.Outcome.NOT_SHARED;
        try {
            if (failed && answer.isBuffered() && mayServeStaleOnError()) {
                serveStaleOnError(answer);
            } else {
                terms.vary().forEach(answer::varyOn);
                StoredResponse shareable = shareable(answer);
                boolean stored = shareable != null && store(shareable);
                outcome = shareable == null ? outcome : new CacheFlight.Outcome.Shared(shareable, purgesBefore);
                if (!stored && supersedes(answer)) {
                    cache.removeOlder(key, forwardedAt);
                }
                answer.field("cache-status", "busbar; fwd=" + forward.token + (stored ? "; stored" : ""));
            }
        } finally {
            if (completeFlight != null) {
                completeFlight.accept(outcome);
            }
        }
    }

    /**
     * Returns whether a response that is not stored is what the handler says now, so that an earlier one must not be
     * served any more (RFC 9111 sections 4 and 4.3.3).
     */
    private boolean supersedes(Answer answer) {
        return answer.status() < 500 && invocation.timing().isHandlerEntered() && !isRetiring() && !isHurried();
    }

    private static boolean isFailure(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /** RFC 5861 section 4. */
    private boolean mayServeStaleOnError() {
        StoredResponse old = stale;
        return old != null && old.mayServeOnError(cache.now()) && cache.stamps().isCurrent(old.mark());
    }

    private void serveStaleOnError(Answer answer) {
        StoredResponse old = stale;
        if (old != null) {
            long now = cache.now();
            result = CacheCounts.Result.STALE;
            invocation.note(CacheCounts.TOPIC, CacheCounts.word(result));
            answer.replace(old.answer(
                    now, "busbar; fwd=stale; fwd-status=" + answer.status() + "; ttl=" + old.ttlSeconds(now)));
        }
    }

    /** The response that may be stored and served to followers; null if the response of the handler may not. */
    private @Nullable StoredResponse shareable(Answer answer) {
        CacheStamps.Mark before = mark;
        boolean wanted = completeFlight != null || !isRetiring();
        StoredResponse.Life life = wanted ? CacheRules.life(answer, terms, key, cache.settings()) : null;
        if (before == null || life == null || isHurried()) {
            return null;
        }
        if (answer.field("etag") == null) {
            answer.field("etag", EntityTags.of(answer.body()));
        }
        return cache.from(answer, life, before);
    }

    /** A generation that is retiring stores nothing: its successor may have stored a newer response by now. */
    private boolean store(StoredResponse response) {
        boolean stores = !isRetiring();
        if (stores) {
            cache.put(key, response, terms.tags(), purgesBefore);
        }
        return stores;
    }

    private boolean isRetiring() {
        return Endpoint.routed(invocation).isRetiring();
    }

    /** Returns whether the handler had far less time than its route allows, and may have returned a poorer response. */
    private boolean isHurried() {
        Duration deadline = route.limits().deadline();
        Duration half = deadline.dividedBy(2);
        Duration enough = half.compareTo(ENOUGH) < 0 ? half : ENOUGH;
        return invocation.timing().allowed().compareTo(enough) < 0;
    }
}
