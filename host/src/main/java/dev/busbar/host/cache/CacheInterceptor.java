package dev.busbar.host.cache;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.content.EntityTags;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Route;
import java.io.InputStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Gives out kept answers of routes that have a {@link CachePolicy}, keeps new ones, and takes back what a change has
 * made untrue (RFC 9111, RFC 5861). Called on server threads; never waits: requests that ask what another one asks
 * already are parked without a thread.
 */
public final class CacheInterceptor implements Interceptor {
    private final ResponseCache cache;
    private final CacheCounts counts;
    private final ParkingLot.Bay bodies;
    private final ParkingLot.Bay followers;
    private final ConcurrentMap<CacheKey, CacheFlight> flights = new ConcurrentHashMap<>();

    private record Memo(Route route, CachePolicy policy, CacheDirectives wants) {}

    /** In front of handlers. */
    public CacheInterceptor(ResponseCache cache, Meters meters, ParkingLot lot) {
        this.cache = cache;
        this.counts = new CacheCounts(meters);
        this.bodies = lot.bay("cache_body");
        this.followers = lot.bay("single_flight");
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Route route = invocation.endpoint().route().orElse(null);
        if (route == null || !cache.settings().enabled()) {
            next.proceed(invocation);
            return;
        }
        CachePolicy policy = route.cachePolicy().orElse(null);
        if (policy == null) {
            if (route.method() != HttpMethod.GET && !route.isPure()) {
                CacheWrite.watch(invocation, route, cache.stamps());
            }
            next.proceed(invocation);
            return;
        }
        CacheDirectives wants = CacheDirectives.ofRequest(
                invocation.exchange().headers("cache-control"),
                invocation.exchange().headers("pragma"));
        long length = invocation.exchange().contentLength();
        boolean unreadable =
                route.isPure() && (length < 0 || length > cache.settings().maxEntryBytes());
        if (wants.noStore || unreadable) {
            bypass(invocation, next);
        } else if (route.isPure() && length > 0) {
            collect(invocation, next, new Memo(route, policy, wants), (int) length);
        } else {
            visit(invocation, next, new Memo(route, policy, wants), "");
        }
    }

    /** A body without a declared length, or a large one, is not worth its memory; the handler reads it as it comes. */
    private void collect(Invocation invocation, Next next, Memo memo, int length) {
        Parked parked = bodies.park(invocation, Problems::requestTimeout);
        invocation
                .exchange()
                .collect(
                        length,
                        bytes -> parked.resumeHere(passing -> {
                            passing.collected(bytes);
                            visit(passing, next, memo, EntityTags.digest(bytes));
                        }));
    }

    private void visit(Invocation invocation, Next next, Memo memo, String body) {
        CachePolicy policy = memo.policy();
        CacheKey key = CacheKey.of(invocation, memo.route(), policy, body);
        visit(new CacheVisit(invocation, next, policy, key, memo.wants(), cache));
    }

    private void bypass(Invocation invocation, Next next) {
        invocation.reply().onAnswer(answer -> answer.field("cache-status", "busbar; fwd=bypass"));
        invocation.reply().onSent(sent -> counts.count(invocation, CacheCounts.Result.BYPASS));
        next.proceed(invocation);
    }

    private void visit(CacheVisit visit) {
        Invocation invocation = visit.invocation();
        invocation.reply().onSent(sent -> counts.count(invocation, visit.result(sent)));
        switch (visit.find()) {
            case FRESH -> {}
            case STALE -> serveStaleAndRefresh(visit);
            case NOTHING -> ask(visit);
        }
    }

    private void ask(CacheVisit visit) {
        if (visit.wants().onlyIfCached) {
            throw ProblemType.NOT_CACHED.problem("there is no cached response, and only-if-cached allows no other");
        }
        visit.invocation().reply().onAnswer(visit::answered);
        if (!visit.mayShare()) {
            visit.proceed();
            return;
        }
        CacheFlight mine = new CacheFlight(followers);
        CacheFlight other = flights.putIfAbsent(visit.key(), mine);
        if (other == null) {
            if (visit.find() == CacheVisit.Found.FRESH) {
                land(visit.key(), mine, false); // it came in since the first look
                return;
            }
            visit.lead(mine, (flight, failed) -> land(visit.key(), flight, failed));
            visit.proceed();
        } else {
            switch (other.park(visit)) {
                case PARKED -> {}
                case RELEASED -> visit.resume(false);
                case FULL -> visit.proceed();
            }
        }
    }

    /** RFC 5861 section 3: one call of the handler that nobody waits for. */
    private void serveStaleAndRefresh(CacheVisit visit) {
        Invocation invocation = visit.invocation();
        CacheFlight mine = new CacheFlight(followers);
        boolean due = !invocation.endpoint().isRetiring() && flights.putIfAbsent(visit.key(), mine) == null;
        if (!due) {
            visit.serveStale();
            return;
        }
        boolean collected = visit.route().isPure() && invocation.exchange().contentLength() > 0;
        InputStream body = collected ? invocation.body() : InputStream.nullInputStream();
        Invocation behind = invocation.again(new DetachedExchange(invocation.exchange(), visit.seen(), body));
        CacheVisit refresh = visit.onBehalf(behind);
        behind.reply().onAnswer(refresh::answered);
        refresh.lead(mine, (flight, failed) -> land(visit.key(), flight, failed));
        visit.serveStale();
        Interceptor.pass(behind, same -> refresh.proceed());
    }

    private void land(CacheKey key, CacheFlight flight, boolean failed) {
        boolean unused = flights.remove(key, flight);
        flight.end(failed);
    }

    /** How many requests are parked, for the tests of the host. */
    int parked() {
        return followers.size();
    }

    /** How many calls of handlers others may wait for, for the tests of the host. */
    int flights() {
        return flights.size();
    }
}
