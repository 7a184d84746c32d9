package dev.busbar.host.traffic;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * Gives out kept answers of routes that have a {@link CachePolicy}, keeps new ones, and takes back what a change has
 * made untrue (RFC 9111, RFC 5861). Called on server threads; never waits: requests that ask what another one asks
 * already are parked without a thread. {@link #expire} is called by the watch.
 */
public final class CacheInterceptor implements Interceptor {
    private final ResponseCache cache;
    private final CacheCounts counts;
    private final Executor resumer;
    private final ConcurrentMap<CacheKey, CacheFlight> flights = new ConcurrentHashMap<>();

    /**
     * In front of handlers.
     *
     * @param resumer the threads on which parked requests go on; they never run a plugin's code
     */
    public CacheInterceptor(ResponseCache cache, Meters meters, Executor resumer) {
        this.cache = cache;
        this.counts = new CacheCounts(meters);
        this.resumer = resumer;
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
        if (wants.noStore || route.isPure()) {
            bypass(invocation, next);
            return;
        }
        visit(new CacheVisit(invocation, next, policy, CacheKey.of(invocation, route, policy, ""), wants, cache));
    }

    private void bypass(Invocation invocation, Next next) {
        invocation.onAnswer(answer -> answer.field("cache-status", "busbar; fwd=bypass"));
        invocation.onSent(sent -> counts.count(invocation, CacheCounts.Result.BYPASS));
        next.proceed(invocation);
    }

    private void visit(CacheVisit visit) {
        Invocation invocation = visit.invocation();
        invocation.onSent(sent -> counts.count(invocation, visit.result(sent)));
        switch (visit.find()) {
            case FRESH -> {}
            case STALE -> serveStaleAndRefresh(visit);
            case NOTHING -> ask(visit);
        }
    }

    private void ask(CacheVisit visit) {
        if (visit.wants().onlyIfCached) {
            throw ProblemException.of(
                    504, "not-cached", "Not cached", "there is no kept answer, and only-if-cached wants no other");
        }
        visit.invocation().onAnswer(visit::answered);
        if (!visit.mayShare()) {
            visit.proceed();
            return;
        }
        CacheFlight mine = new CacheFlight();
        CacheFlight other = flights.putIfAbsent(visit.key(), mine);
        if (other == null) {
            if (visit.find() == CacheVisit.Found.FRESH) {
                land(visit.key(), mine, false); // it came in since the first look
                return;
            }
            visit.lead(mine, (flight, failed) -> land(visit.key(), flight, failed));
            visit.proceed();
        } else if (!other.park(visit)) {
            if (other.isOver()) {
                visit.resume(false);
            } else {
                visit.proceed();
            }
        }
    }

    /** RFC 5861 section 3: one call of the handler that nobody waits for. */
    private void serveStaleAndRefresh(CacheVisit visit) {
        Invocation invocation = visit.invocation();
        CacheFlight mine = new CacheFlight();
        boolean due = !invocation.endpoint().isRetiring() && flights.putIfAbsent(visit.key(), mine) == null;
        if (!due) {
            visit.serveStale();
            return;
        }
        Invocation behind = invocation.detached(new DetachedExchange(invocation.exchange(), visit.seen()));
        CacheVisit refresh = visit.onBehalf(behind);
        behind.onAnswer(refresh::answered);
        refresh.lead(mine, (flight, failed) -> land(visit.key(), flight, failed));
        visit.serveStale();
        try {
            refresh.proceed();
        } catch (RuntimeException | Error failure) {
            // As at the server's border: the call must end, whatever went wrong on the way.
            behind.fail(failure);
        }
    }

    private void land(CacheKey key, CacheFlight flight, boolean failed) {
        boolean unused = flights.remove(key, flight);
        for (CacheVisit parked : flight.end()) {
            resumer.execute(() -> resume(parked, failed));
        }
    }

    private static void resume(CacheVisit parked, boolean failed) {
        try {
            parked.resume(failed);
        } catch (RuntimeException | Error failure) {
            // As at the server's border: a request must be answered, whatever went wrong on the way.
            parked.invocation().fail(failure);
        }
    }

    /** Answers parked requests whose deadline is over; called every few tens of milliseconds. Never blocks. */
    public void expire() {
        long now = System.nanoTime();
        for (CacheFlight flight : flights.values()) {
            List<CacheVisit> late = flight.takeLate(now);
            late.forEach(CacheVisit::expire);
        }
    }

    /** How many requests are parked, for the tests of the host. */
    int parked() {
        return flights.values().stream().mapToInt(CacheFlight::size).sum();
    }

    /** How many calls of handlers others may wait for, for the tests of the host. */
    int flights() {
        return flights.size();
    }
}
