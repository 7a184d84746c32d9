package dev.busbar.host;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.authorization.AuthorizationInterceptor;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.bodies.BodyCollectionInterceptor;
import dev.busbar.host.cache.CacheInterceptor;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.content.BodyInterceptor;
import dev.busbar.host.content.ConditionalInterceptor;
import dev.busbar.host.content.ContentCodingInterceptor;
import dev.busbar.host.idempotency.IdempotencyInterceptor;
import dev.busbar.host.jobs.JobWaitInterceptor;
import dev.busbar.host.limits.NetworkRateInterceptor;
import dev.busbar.host.limits.RateLimitInterceptor;
import dev.busbar.host.openapi.DeprecationInterceptor;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.resilience.BreakerInterceptor;
import dev.busbar.host.resilience.Breakers;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The route table, the route chain, and the clock and parking lot of requests. Its objects may be used by any thread. */
final class Traffic implements Part {
    private static final int KEY_WRITERS = 4;
    private static final int RESUMERS = 4;
    private static final int JOB_READERS = 2;
    private static final Duration DEADLINES_PERIOD = Duration.ofMillis(25);
    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    private final HostSettings settings;
    private final AuditLog audit;
    private final Deadlines deadlines = new Deadlines(System::nanoTime);
    private final NetworkRateInterceptor networks;
    private final Routes routes;
    private final ResponseCache cache;
    private final IdempotencyInterceptor idempotency;
    private final JobWaitInterceptor jobWait;
    private final Breakers breakers;
    private final List<RouteConcern> routeChain;
    private final RouteCompiler compiler;

    /**
     * The concerns of the route chain.
     *
     * @param networks the rate limit of networks
     * @param limits the rate limits
     * @param jobs requests that wait for a job
     * @param idempotency requests with an {@code Idempotency-Key}
     * @param cache the response cache
     * @param bodies the collection of bodies
     * @param breaker the circuit breakers
     */
    record RouteChain(
            RouteConcern networks,
            RouteConcern limits,
            RouteConcern jobs,
            RouteConcern idempotency,
            RouteConcern cache,
            RouteConcern bodies,
            RouteConcern breaker) {
        /** All concerns in their order, those without state included. */
        List<RouteConcern> concerns(boolean compression, AuditTrail audit, Meters meters) {
            return List.of(
                    new ContentCodingInterceptor(compression),
                    new ConditionalInterceptor(compression),
                    new DeprecationInterceptor(),
                    networks,
                    limits,
                    new AuthorizationInterceptor(audit, meters),
                    jobs,
                    new BodyInterceptor(),
                    idempotency,
                    cache,
                    bodies,
                    breaker);
        }
    }

    Traffic(HostSettings settings, Storage storage, Observation observation, Opened opened) {
        this.settings = settings;
        this.audit = storage.audit();
        Meters meters = observation.meters();
        boolean compressed = settings.network().compression();
        ExecutorService keyWriters = Threads.prestarted("busbar-idempotency", KEY_WRITERS);
        opened.add("idempotency keys", () -> Closing.end(keyWriters));
        ExecutorService resumers = Threads.prestarted("busbar-parked", RESUMERS);
        opened.add("parked requests", resumers::shutdownNow);
        int inFlight = settings.traffic().inFlight();
        ParkingLot lot =
                new ParkingLot(deadlines, resumers, new KeyedPermits(inFlight, Math.max(1, inFlight / 2)), meters);
        Bodies bodies = new Bodies(settings.traffic().bodies(), lot, deadlines, meters);
        routes = new Routes(lot);
        routes.onPublish(table -> observation.metrics().served(table.templates()));
        cache = new ResponseCache(settings.traffic().cache(), compressed, Ticker.systemTicker(), meters);
        idempotency = new IdempotencyInterceptor(
                settings.traffic().idempotency(),
                new IdempotencyInterceptor.Means(storage.database(), keyWriters, bodies, lot, deadlines),
                storage.clock(),
                meters);
        ExecutorService jobReaders = Threads.idling("busbar-job-waits", JOB_READERS);
        opened.add("requests that wait for jobs", () -> Closing.end(jobReaders));
        jobWait = new JobWaitInterceptor(lot, deadlines, jobReaders);
        breakers = new Breakers(settings.traffic().breaker(), System::nanoTime);
        networks = new NetworkRateInterceptor(
                settings.network().networkRate(), settings.traffic().limits().subjects(), meters, System::nanoTime);
        RouteChain chain = new RouteChain(
                networks,
                new RateLimitInterceptor(settings.traffic().limits(), meters, System::nanoTime),
                jobWait,
                idempotency,
                new CacheInterceptor(cache, meters, bodies, lot),
                new BodyCollectionInterceptor(
                        bodies,
                        settings.lifecycle().bulkhead().threads(),
                        Runtime.getRuntime().availableProcessors()),
                new BreakerInterceptor(breakers, meters));
        routeChain = chain.concerns(compressed, audit, meters);
        compiler = new RouteCompiler(
                routeChain,
                new RouteCompiler.Means(
                        deadlines,
                        bodies,
                        settings.network().streamLimit(),
                        settings.traffic().deadlines()::of));
    }

    @Override
    public List<HostRoute> routes() {
        List<HostRoute> all = new ArrayList<>(HostRoutes.cache(cache, audit));
        all.addAll(HostRoutes.openApi(
                routes,
                settings.traffic().idempotency(),
                settings.network().edge().separateAdmin()));
        return all;
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(DEADLINES_PERIOD, Ticks.Work.PROMPT, "deadlines", deadlines::tick);
        ticks.every(SWEEP_PERIOD, Ticks.Work.PROMPT, "idempotency keys", idempotency::sweep);
    }

    /** The concerns of the route chain, in order. */
    List<RouteConcern> routeChain() {
        return routeChain;
    }

    NetworkRateInterceptor networks() {
        return networks;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Routes table() {
        return routes;
    }

    RouteCompiler compiler() {
        return compiler;
    }

    JobWaitInterceptor jobWait() {
        return jobWait;
    }

    Breakers breakers() {
        return breakers;
    }
}
