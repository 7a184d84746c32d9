package dev.busbar.host.cache;

import dev.busbar.core.ProblemType;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.content.EntityTags;
import dev.busbar.host.contract.CacheTerms;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The response cache in front of handlers (RFC 9111, RFC 5861): serves stored responses of routes with {@link CacheTerms},
 * stores new ones, and invalidates those that an unsafe request has changed. Called on event-loop threads; never blocks:
 * a request that is identical to one in flight is parked without a thread.
 */
public final class CacheInterceptor implements Interceptor, RouteConcern {
    private final ResponseCache cache;
    private final CacheCounts counts;
    private final Bodies bodies;
    private final ParkingLot.Bay followers;
    private final ConcurrentMap<CacheFlight.Key, CacheFlight> flights = new ConcurrentHashMap<>();

    private record Asked(RouteContract route, CacheTerms terms, CacheDirectives wants) {}

    /**
     * An interceptor with a cache.
     *
     * @param bodies collects bodies that are part of a key
     * @param lot where the followers of a flight wait
     */
    public CacheInterceptor(ResponseCache cache, Meters meters, Bodies bodies, ParkingLot lot) {
        this.cache = cache;
        this.counts = new CacheCounts(meters);
        this.bodies = bodies;
        this.followers = lot.bay("single_flight");
    }

    /** Routes of platforms with cache terms, and those whose requests invalidate cached responses. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        boolean concerned = cache.settings().enabled()
                && !route.isOfHost()
                && (route.cache().isPresent() || route.changesState());
        return concerned ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        RouteContract route = Endpoint.routed(invocation).route();
        CacheTerms terms = route.cache().orElse(null);
        if (terms == null) {
            CacheWrite.watch(invocation, route, cache.stamps());
            next.proceed(invocation);
            return;
        }
        CacheDirectives wants = CacheDirectives.ofRequest(
                invocation.exchange().headers("cache-control"),
                invocation.exchange().headers("pragma"));
        long length = invocation.exchange().contentLength();
        boolean unreadable = route.effects().pure()
                && (length < 0 || length > cache.settings().maxEntryBytes());
        if (wants.noStore || unreadable) {
            bypass(invocation, next);
        } else if (route.effects().pure() && length > 0) {
            collect(invocation, next, new Asked(route, terms, wants), (int) length);
        } else {
            lookUp(invocation, next, new Asked(route, terms, wants), "");
        }
    }

    /** Reads a body that is part of the key. One without a declared length, or a large one, bypasses the cache instead. */
    private void collect(Invocation invocation, Next next, Asked asked, int length) {
        bodies.collect(invocation, length, new Bodies.Receiver() {
            @Override
            public void complete(Invocation passing, byte[] body) {
                lookUp(passing, next, asked, EntityTags.digest(body));
            }

            @Override
            public void larger(Invocation passing) {
                bypass(passing, next);
            }
        });
    }

    private void lookUp(Invocation invocation, Next next, Asked asked, String body) {
        CacheTerms terms = asked.terms();
        CacheKey key = CacheKey.of(invocation, asked.route(), terms, body);
        lookUp(new CacheLookup(invocation, next, terms, key, asked.wants(), cache));
    }

    private void bypass(Invocation invocation, Next next) {
        invocation.reply().onAnswer(answer -> answer.field("cache-status", "busbar; fwd=bypass"));
        invocation.reply().onSent(sent -> counts.count(invocation, CacheCounts.Result.BYPASS));
        next.proceed(invocation);
    }

    private void lookUp(CacheLookup lookup) {
        Invocation invocation = lookup.invocation();
        invocation.reply().onSent(sent -> counts.count(invocation, lookup.result(sent)));
        switch (lookup.find()) {
            case FRESH -> {}
            case STALE -> serveStaleAndRefresh(lookup);
            case NONE -> forward(lookup);
        }
    }

    private void forward(CacheLookup lookup) {
        if (lookup.wants().onlyIfCached) {
            throw ProblemType.NOT_CACHED.problem("there is no cached response, and only-if-cached allows no other");
        }
        lookup.invocation().reply().onAnswer(lookup::answered);
        if (!lookup.mayCollapse()) {
            lookup.proceed();
            return;
        }
        CacheFlight.Key key = lookup.flightKey();
        CacheFlight mine = new CacheFlight(followers);
        CacheFlight other = flights.putIfAbsent(key, mine);
        if (other != null) {
            other.follow(lookup);
        } else if (lookup.find() == CacheLookup.Found.FRESH) {
            complete(key, mine, CacheFlight.Outcome.NOT_SHARED); // it was stored since the first lookup
        } else {
            lookup.becomeLeader(outcome -> complete(key, mine, outcome));
            lookup.proceed();
        }
    }

    /** Serves the stale response and revalidates it by one call in the background (RFC 5861 section 3). */
    private void serveStaleAndRefresh(CacheLookup lookup) {
        Invocation invocation = lookup.invocation();
        CacheFlight.Key key = lookup.flightKey();
        CacheFlight mine = new CacheFlight(followers);
        boolean due = !Endpoint.routed(invocation).isRetiring() && flights.putIfAbsent(key, mine) == null;
        if (!due) {
            lookup.serveStale();
            return;
        }
        boolean collected =
                lookup.route().effects().pure() && invocation.exchange().contentLength() > 0;
        InputStream body = collected ? invocation.body() : InputStream.nullInputStream();
        Invocation behind =
                invocation.again(new DetachedExchange(invocation.exchange(), lookup.seen(), body), cache.now());
        CacheLookup refresh = lookup.revalidation(behind);
        behind.reply().onAnswer(refresh::answered);
        refresh.becomeLeader(outcome -> complete(key, mine, outcome));
        lookup.serveStale();
        Interceptor.pass(behind, same -> refresh.proceed());
    }

    private void complete(CacheFlight.Key key, CacheFlight flight, CacheFlight.Outcome outcome) {
        boolean unused = flights.remove(key, flight);
        flight.complete(outcome);
    }

    /** The number of followers, for tests. */
    int parked() {
        return followers.size();
    }

    /** The number of flights, for tests. */
    int flights() {
        return flights.size();
    }
}
