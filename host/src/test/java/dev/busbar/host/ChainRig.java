package dev.busbar.host;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.bodies.BodyCollectionInterceptor;
import dev.busbar.host.bodies.BodySettings;
import dev.busbar.host.cache.CacheInterceptor;
import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteDeadlines;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.idempotency.IdempotencyInterceptor;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.limits.NetworkRateInterceptor;
import dev.busbar.host.limits.RateLimitInterceptor;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.resilience.BreakerInterceptor;
import dev.busbar.host.resilience.BreakerSettings;
import dev.busbar.host.resilience.Breakers;
import dev.busbar.host.resilience.PreferWaitInterceptor;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.CountingMeters;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.host.testing.SetClock;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The route chain of the host with its router and dispatch, without a server. The platform {@code billing} serves
 * {@code GET} and {@code POST} at {@code /bills} and {@code /bills/{id}}. Time passes when a test says so; a handler runs on
 * the thread that sends the request, unless calls are {@linkplain #held() held}. Set up by one thread, then requests may be
 * sent by many.
 */
public final class ChainRig implements AutoCloseable {
    public static final String BILLS = "/api/billing/bills";
    /** The age of a request that is past its deadline. */
    public static final Duration OVERDUE = Duration.ofHours(2);

    public static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    /** Threads that are all busy. */
    public static final Workers BUSY = call -> false;

    private static final int THREADS = 16;
    private static final int PROCESSORS = 2;
    private static final String BILLING = "billing";
    private static final BreakerSettings NO_BREAKERS =
            new BreakerSettings(false, 50, 90, 80, Duration.ofSeconds(10), 20, Duration.ofSeconds(5), 5);

    private final ManualClock clock = new ManualClock();
    private final SetClock wallClock = new SetClock(NOW);
    private final CountingMeters meters = new CountingMeters();
    private final ParkingLot lot = clock.lot();
    private final Bodies bodies = new Bodies(BodySettings.DEFAULTS, lot, clock.deadlines(), meters);
    private final Routes routes = new Routes(lot);
    private final Map<String, Generation> generations = new ConcurrentHashMap<>();
    private final Deque<Runnable> calls = new ConcurrentLinkedDeque<>();
    private final Queue<Runnable> statements = new ConcurrentLinkedQueue<>();
    private final AtomicInteger callCount = new AtomicInteger();
    private final AtomicInteger completed = new AtomicInteger();
    private final ThreadLocal<@Nullable Runnable> dispatched = new ThreadLocal<>();
    private final Interceptor.Next chain = Interceptor.chain(
            List.of(new CanonicalPathInterceptor(), routes, new PreferWaitInterceptor()),
            found -> found.endpoint().proceed(found));

    private final Object declaration = new Object();
    private CacheSettings cacheSettings = CacheSettings.DEFAULTS;
    private LimitSettings limitSettings = new LimitSettings(Map.of(), Map.of(), 1_000);
    private BreakerSettings breakerSettings = NO_BREAKERS;
    private Duration streamLimit = Duration.ofMinutes(5);
    private RouteConcern idempotency = route -> Optional.empty();
    private @Nullable Database database;
    private @Nullable Assembled assembled;
    private volatile boolean statementsHeld;
    private volatile Workers workers = Workers.INLINE;
    private volatile @Nullable Caller caller = Callers.ANNA;
    private volatile Handler handler = request -> Response.text("answer " + callCount.get());
    private UnaryOperator<Route> reading = route -> route.access(Access.READ);
    private UnaryOperator<Route> writing = route -> route.access(Access.WRITE);

    private record Assembled(
            ResponseCache cache, CacheInterceptor interceptor, Breakers breakers, RouteCompiler compiler) {}

    /**
     * A request that was sent.
     *
     * @param invocation the invocation
     * @param exchange the request with its response
     * @param call the call of the handler that was dispatched on the sending thread, if any
     */
    public record Request(Invocation invocation, FakeExchange exchange, Optional<Runnable> call) {
        /** Whether it was dispatched to its handler. */
        public boolean isDispatched() {
            return call.isPresent();
        }

        /** Runs its handler, which was held. */
        public void run() {
            call.ifPresent(Runnable::run);
        }
    }

    /** Sets the bounds of the cache. */
    public ChainRig cache(CacheSettings settings) {
        cacheSettings = settings;
        return this;
    }

    /** Sets rate limits. */
    public ChainRig limits(LimitSettings settings) {
        limitSettings = settings;
        return this;
    }

    /** Sets circuit breakers. */
    public ChainRig breakers(BreakerSettings settings) {
        breakerSettings = settings;
        return this;
    }

    /** Sets how long a streaming response may take after its first byte. */
    public ChainRig streamLimit(Duration limit) {
        streamLimit = limit;
        return this;
    }

    /** Adds a store of idempotency keys. Its statements run on the thread that asks, unless that must not block. */
    public ChainRig idempotency(IdempotencySettings settings) {
        return idempotency(settings, this::execute);
    }

    /** Adds a store of idempotency keys, with threads for its statements. */
    public ChainRig idempotency(IdempotencySettings settings, Executor threads) {
        Database store = Databases.open(Databases.h2());
        database = store;
        idempotency = new IdempotencyInterceptor(
                settings,
                new IdempotencyInterceptor.Means(store, threads, bodies, lot, clock.deadlines()),
                wallClock,
                meters);
        return this;
    }

    private void execute(Runnable statement) {
        if (statementsHeld || NonBlocking.isCurrent()) {
            statements.add(statement);
        } else {
            statement.run();
        }
    }

    private Assembled assembled() {
        Assembled known = assembled;
        if (known != null) {
            return known;
        }
        ResponseCache cache = new ResponseCache(cacheSettings, true, clock::now, meters);
        CacheInterceptor interceptor = new CacheInterceptor(cache, meters, bodies, lot);
        Breakers breakers = new Breakers(breakerSettings, clock::now);
        Traffic.RouteChain concerns = new Traffic.RouteChain(
                new NetworkRateInterceptor(1_000_000, 1_000, meters, clock::now),
                new RateLimitInterceptor(limitSettings, meters, clock::now),
                route -> Optional.empty(),
                idempotency,
                interceptor,
                new BodyCollectionInterceptor(bodies, THREADS, PROCESSORS),
                new BreakerInterceptor(breakers, meters));
        RouteCompiler compiler = new RouteCompiler(
                concerns.concerns(true, new FakeAuditTrail(), meters),
                new RouteCompiler.Means(clock.deadlines(), bodies, streamLimit, RouteDeadlines.DECLARED::of));
        Assembled made = new Assembled(cache, interceptor, breakers, compiler);
        assembled = made;
        return made;
    }

    /** The response cache. */
    public ResponseCache responses() {
        return assembled().cache();
    }

    /** The interceptor of the response cache. */
    public CacheInterceptor cacheInterceptor() {
        return assembled().interceptor();
    }

    /** The circuit breakers. */
    public Breakers breakers() {
        return assembled().breakers();
    }

    /** The route table. */
    public Routes routes() {
        return routes;
    }

    /** The clock of deadlines, of the cache, of limits and of breakers. */
    public ManualClock clock() {
        return clock;
    }

    /** The clock of idempotency keys. */
    public SetClock wallClock() {
        return wallClock;
    }

    /** The store of idempotency keys. */
    public Database database() {
        return Optional.ofNullable(database).orElseThrow();
    }

    /** The counters of a metric that are not zero, by the values of a label. */
    public Map<String, Integer> counted(String metric, String label) {
        return meters.counted(metric, label);
    }

    /** The counters of all metrics. */
    public CountingMeters meters() {
        return meters;
    }

    /** Sends requests in the name of a caller from now on; of nobody, if there is none. */
    public ChainRig as(@Nullable Caller other) {
        caller = other;
        return this;
    }

    /** Sets the threads of handlers. */
    public ChainRig workers(Workers others) {
        workers = others;
        return this;
    }

    /** Holds calls of handlers, until {@link #runCalls}, {@link #respond} or {@link Request#run}. */
    public ChainRig held() {
        return workers(calls::add);
    }

    /** Sets what the handlers of bills return. */
    public ChainRig handler(Supplier<Response> responses) {
        handler = request -> responses.get();
        return this;
    }

    /** Sets what the handlers of bills do. */
    public ChainRig handler(Handler handling) {
        handler = handling;
        return this;
    }

    /** Sets the cache policy of {@code GET}. */
    public ChainRig policy(CachePolicy policy) {
        return reading(route -> route.access(Access.READ).cache(policy));
    }

    /** Declares the {@code GET} routes anew, in the same generation. */
    public ChainRig reading(UnaryOperator<Route> declaration) {
        reading = declaration;
        declare();
        return this;
    }

    /** Declares the {@code POST} routes anew, in the same generation. */
    public ChainRig writing(UnaryOperator<Route> declaration) {
        writing = declaration;
        declare();
        return this;
    }

    private void declare() {
        Generation now = generations.get(BILLING);
        publish(now == null ? generation(BILLING, 1) : new Generation(now.owner(), now.version()), declared());
    }

    private void declareOnce() {
        synchronized (declaration) {
            if (generations.isEmpty()) {
                declare();
            }
        }
    }

    private List<Route> declared() {
        Handler current = request -> handler.handle(request);
        return List.of(
                reading.apply(Route.get("/bills", current)),
                reading.apply(Route.get("/bills/{id}", current)),
                writing.apply(Route.post("/bills", current)),
                writing.apply(Route.post("/bills/{id}", current)));
    }

    /** Replaces the generation of the platform by the next one, with the same routes, and lets it drain. */
    public Generation swap() {
        Generation before = generations.get(BILLING);
        Generation after = publish(BILLING, declared().toArray(Route[]::new));
        if (before != null) {
            before.drain();
        }
        return after;
    }

    /** Publishes the next generation of {@code billing}, which answers {@code GET /bills}. */
    public Generation publish(Handler answering) {
        return publish(BILLING, Route.get("/bills", answering).access(Access.PUBLIC));
    }

    /** Publishes the next generation of a platform; the one before goes on until it is drained. */
    public Generation publish(String platform, Route... declared) {
        Generation before = generations.get(platform);
        long number = before == null ? 1 : before.number() + 1;
        return publish(generation(platform, number), List.of(declared));
    }

    private Generation publish(Generation generation, List<Route> declared) {
        PlatformRoutes compiled = compile(generation, declared, this::dispatch);
        generations.put(generation.platform(), generation);
        routes.publish(table -> table.with(generation.platform(), new RouteTable.Mount.Served(compiled)));
        return generation;
    }

    /** Publishes the next generation of {@code billing}, which answers {@code GET /bills} on threads of its own. */
    public Generation publish(Workers own, Handler answering) {
        Generation before = generations.get(BILLING);
        Generation generation = generation(BILLING, before == null ? 1 : before.number() + 1);
        PlatformRoutes compiled =
                compile(generation, List.of(Route.get("/bills", answering).access(Access.PUBLIC)), own);
        generations.put(BILLING, generation);
        routes.publish(table -> table.with(BILLING, new RouteTable.Mount.Served(compiled)));
        return generation;
    }

    /** Publishes routes of the host. */
    public void publishHost(Route... declared) {
        PlatformRoutes compiled = compile(new Generation(new Owner.Host(), "1.0.0"), List.of(declared), this::dispatch);
        routes.publish(table -> table.withHost(compiled));
    }

    private static Generation generation(String platform, long number) {
        return new Generation(new Owner.Platform(platform, number), "1.0." + number);
    }

    /** Compiles routes of a generation. */
    public PlatformRoutes compile(Generation generation, List<Route> declared, Workers threads) {
        return assembled()
                .compiler()
                .compile(
                        Door.uncounted(generation),
                        declared,
                        new JsonCodec(ChainRig.class.getClassLoader()),
                        route -> threads);
    }

    private boolean dispatch(Runnable call) {
        callCount.incrementAndGet();
        dispatched.set(call);
        return workers.offer(call);
    }

    /** The number of calls that were dispatched to handlers, those that were rejected included. */
    public int calls() {
        return callCount.get();
    }

    /** The number of requests that are complete. */
    public int completed() {
        return completed.get();
    }

    /** Drops the calls that are held, as the end of a process would. */
    public void dropCalls() {
        calls.clear();
    }

    /** Runs the calls that are held, on this thread. */
    public void runCalls() {
        for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
            call.run();
        }
    }

    /** Has the handler that was called first return a response. */
    public void respond(Response response) {
        respond(calls.removeFirst(), response);
    }

    /** Has the handler that was called last return a response. */
    public void respondToLast(Response response) {
        respond(calls.removeLast(), response);
    }

    private void respond(Runnable call, Response response) {
        Handler before = handler;
        handler = request -> response;
        try {
            call.run();
        } finally {
            handler = before;
        }
    }

    /** Holds the statements of the store from now on, or runs those that come. */
    public void holdStatements(boolean held) {
        statementsHeld = held;
    }

    /** Runs the first statement that is held. */
    public void runStatement() {
        statements.remove().run();
    }

    /** Runs the statements that are held, and those that they lead to. */
    public void runStatements() {
        for (Runnable statement = statements.poll(); statement != null; statement = statements.poll()) {
            statement.run();
        }
    }

    /** Expires requests that are past their deadline, then runs the statements that this has led to. */
    public void tick() {
        pass(Duration.ZERO);
    }

    /** Lets time pass, and expires requests. */
    public void pass(Duration time) {
        clock.pass(time);
        if (!statementsHeld) {
            runStatements();
        }
    }

    /** {@code GET} of the bills. */
    public static FakeExchange bills() {
        return FakeExchange.get(BILLS);
    }

    /** Sends {@code GET} of the bills. */
    public FakeExchange get(String... headers) {
        return getAt(BILLS, headers);
    }

    /** Sends {@code GET} of a path with query. */
    public FakeExchange getAt(String target, String... headers) {
        return send("GET", target, headers);
    }

    /** Sends a request without a body. */
    public FakeExchange send(String method, String target, String... headers) {
        FakeExchange exchange = FakeExchange.of(method, target).with("Host", "busbar.example");
        for (int i = 0; i < headers.length; i += 2) {
            exchange.with(headers[i], headers[i + 1]);
        }
        return send(exchange);
    }

    /** Sends a request that has just arrived. */
    public FakeExchange send(FakeExchange exchange) {
        return send(exchange, Duration.ZERO);
    }

    /** Sends a request that arrived some time ago. */
    public FakeExchange send(FakeExchange exchange, Duration ago) {
        return begin(exchange, ago).exchange();
    }

    /** Sends a request, and returns it with its call. */
    public Request begin(FakeExchange exchange, Duration ago) {
        return begin(exchange, ago, caller);
    }

    /** Sends a request in the name of a caller, and returns it with its call. */
    public Request begin(FakeExchange exchange, Duration ago, @Nullable Caller by) {
        declareOnce();
        Invocation invocation = new Invocation(exchange, clock.now() - ago.toNanos());
        invocation.completion().onComplete(completed::incrementAndGet);
        Optional.ofNullable(by).ifPresent(invocation::caller);
        dispatched.remove();
        Interceptor.pass(invocation, chain);
        Optional<Runnable> call = Optional.ofNullable(dispatched.get()).map(one -> () -> {
            boolean unused = calls.remove(one);
            one.run();
        });
        return new Request(invocation, exchange, call);
    }

    /** Sends a {@code POST} whose handler returns a response, at once. */
    public FakeExchange write(String target, Response response) {
        return write(target, UnaryOperator.identity(), response);
    }

    /** Sends a {@code POST} to a route that is declared with a change, whose handler returns a response, at once. */
    public FakeExchange write(String target, UnaryOperator<Route> change, Response response) {
        UnaryOperator<Route> before = writing;
        Handler reader = handler;
        Workers threads = workers;
        writing(route -> change.apply(before.apply(route)));
        handler(() -> response);
        workers(threads == BUSY ? BUSY : Workers.INLINE);
        FakeExchange exchange = send("POST", target);
        writing(before);
        handler = reader;
        workers(threads);
        return exchange;
    }

    /** A text with a status and headers. */
    public static Response text(int status, String text, String... headers) {
        Response response = Response.bytes("text/plain", text.getBytes(StandardCharsets.UTF_8))
                .status(status);
        for (int i = 0; i < headers.length; i += 2) {
            response = response.header(headers[i], headers[i + 1]);
        }
        return response;
    }

    /** {@code Cache-Status} of a response; empty if there is none. */
    public static String cacheStatus(FakeExchange exchange) {
        return exchange.answerHeaders().getOrDefault("cache-status", "");
    }

    @Override
    public void close() {
        Optional.ofNullable(database).ifPresent(Database::close);
    }
}
