package dev.busbar.host;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.cache.CacheInterceptor;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.content.BodyInterceptor;
import dev.busbar.host.content.ConditionalInterceptor;
import dev.busbar.host.content.ContentCodingInterceptor;
import dev.busbar.host.idempotency.IdempotencyInterceptor;
import dev.busbar.host.limits.RateLimitInterceptor;
import dev.busbar.host.openapi.DeprecationInterceptor;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.resilience.BreakerInterceptor;
import dev.busbar.host.resilience.Breakers;
import dev.busbar.host.security.AuthorizationInterceptor;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.Threads;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The concerns of the route chain, built by {@link Host} with the threads that it needs; any thread may ask. */
final class RouteChain {
    private static final int KEY_WRITERS = 4;

    private final ExecutorService keyWriters = Threads.prestarted("busbar-idempotency", KEY_WRITERS);
    private final ResponseCache cache;
    private final IdempotencyInterceptor idempotency;
    private final Breakers breakers;
    private final List<RouteConcern> all;

    /** The parts of the host that it is built on. */
    record Means(Database database, AuditTrail audit, ParkingLot lot, Deadlines deadlines) {}

    RouteChain(HostSettings settings, Means means, Clock clock, Meters meters) {
        boolean compressed = settings.network().compression();
        cache = new ResponseCache(settings.cache(), compressed, Ticker.systemTicker(), meters);
        idempotency = new IdempotencyInterceptor(
                settings.idempotency(),
                new IdempotencyInterceptor.Means(means.database(), keyWriters, means.lot(), means.deadlines()),
                clock,
                meters);
        breakers = new Breakers(settings.traffic().breaker());
        List<RouteConcern> chain = new ArrayList<>(List.of(
                new ContentCodingInterceptor(compressed),
                new ConditionalInterceptor(compressed),
                new DeprecationInterceptor(),
                new RateLimitInterceptor(settings.limits(), meters),
                new AuthorizationInterceptor(means.audit(), meters),
                new BodyInterceptor(),
                idempotency,
                new CacheInterceptor(cache, meters, means.lot())));
        if (settings.traffic().breaker().enabled()) {
            chain.add(new BreakerInterceptor(breakers, meters));
        }
        all = List.copyOf(chain);
    }

    /** The concerns, in order. */
    List<RouteConcern> all() {
        return all;
    }

    ResponseCache cache() {
        return cache;
    }

    Breakers breakers() {
        return breakers;
    }

    /** Forgets what has expired in the store; called every minute. Never blocks. */
    void sweep() {
        idempotency.sweep();
    }

    /** Ends the threads, when nothing is under way any more and before the store is closed. */
    void close() {
        Closing.end(keyWriters);
    }
}
