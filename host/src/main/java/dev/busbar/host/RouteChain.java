package dev.busbar.host;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.audit.Audit;
import dev.busbar.host.cache.CacheInterceptor;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.content.ConditionalInterceptor;
import dev.busbar.host.content.ContentCodingInterceptor;
import dev.busbar.host.idempotency.IdempotencyInterceptor;
import dev.busbar.host.limits.RateLimitInterceptor;
import dev.busbar.host.openapi.DeprecationInterceptor;
import dev.busbar.host.pipeline.BodyInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.resilience.BreakerInterceptor;
import dev.busbar.host.resilience.Breakers;
import dev.busbar.host.security.AuthorizationInterceptor;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Threads;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request passes behind its route, built by {@link Host} with the threads that it needs; any thread may ask. */
final class RouteChain {
    private static final Logger LOG = LoggerFactory.getLogger(RouteChain.class);
    private static final int RESUMERS = 2;
    private static final int KEY_WRITERS = 4;

    private final ExecutorService resumers = Threads.prestarted("busbar-parked", RESUMERS);
    private final ExecutorService keyWriters = Threads.prestarted("busbar-idempotency", KEY_WRITERS);
    private final ResponseCache cache;
    private final CacheInterceptor caching;
    private final IdempotencyInterceptor idempotency;
    private final Breakers breakers;
    private final List<Interceptor> all;

    RouteChain(HostSettings settings, Database database, Audit audit, Clock clock, Meters meters) {
        boolean compressed = settings.network().compression();
        cache = new ResponseCache(settings.cache(), compressed, Ticker.systemTicker(), meters);
        caching = new CacheInterceptor(cache, meters, resumers);
        idempotency = new IdempotencyInterceptor(settings.idempotency(), database, clock, keyWriters, meters);
        breakers = new Breakers(settings.traffic().breaker());
        List<Interceptor> chain = new ArrayList<>(List.of(
                new ContentCodingInterceptor(compressed),
                new ConditionalInterceptor(compressed),
                new DeprecationInterceptor(),
                new RateLimitInterceptor(settings.limits(), meters),
                new AuthorizationInterceptor(audit, meters),
                new BodyInterceptor(),
                idempotency,
                caching));
        if (settings.traffic().breaker().enabled()) {
            chain.add(new BreakerInterceptor(breakers, meters));
        }
        all = List.copyOf(chain);
    }

    /** The interceptors, in order. */
    List<Interceptor> all() {
        return all;
    }

    ResponseCache cache() {
        return cache;
    }

    Breakers breakers() {
        return breakers;
    }

    /** Answers what has waited too long; called every few tens of milliseconds. Never blocks. */
    void expire() {
        quietly(caching::expire);
        quietly(idempotency::expire);
    }

    /** One that fails must not keep the other from it, nor end the schedule. */
    private static void quietly(Runnable expire) {
        try {
            expire.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("what has waited too long could not be ended", failure);
        }
    }

    /** Forgets what has expired in the store; called every minute. Never blocks. */
    void sweep() {
        idempotency.sweep();
    }

    /** Ends the threads, when nothing is under way any more and before the store is closed. */
    void close() {
        resumers.shutdownNow();
        Closing.end(keyWriters);
    }
}
