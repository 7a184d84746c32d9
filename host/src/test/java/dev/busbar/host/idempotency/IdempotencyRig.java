package dev.busbar.host.idempotency;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A route {@code POST /api/billing/bills} behind the interceptor, with a store, and threads that a test moves by hand. */
final class IdempotencyRig implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final Duration OVERDUE = Duration.ofHours(2);

    final Database database = Database.open(Databases.h2());
    final ManualClock deadlines = new ManualClock();
    final Map<String, Integer> results = new ConcurrentHashMap<>();
    final Queue<Runnable> statements = new ConcurrentLinkedQueue<>();
    final Queue<Runnable> calls = new ArrayDeque<>();
    final IdempotencyInterceptor interceptor;
    final ParkingLot lot = deadlines.lot();
    final Routes routes = new Routes(lot);
    /** How often {@link #bill} was asked for. */
    final AtomicInteger runs = new AtomicInteger();

    boolean heldStatements;
    Workers workers = task -> {
        task.run();
        return true;
    };

    @Nullable Caller caller = Callers.ANNA;

    private final RouteCompiler compiler;
    private Instant now = NOW;
    private long generations;

    IdempotencyRig() {
        this(IdempotencySettings.DEFAULTS, null);
    }

    IdempotencyRig(IdempotencySettings settings, @Nullable Executor executor) {
        Meters meters = new Meters() {
            @Override
            public Timer timer(String name, String help, String... labels) {
                return nanos -> {};
            }

            @Override
            public Count count(String name, String help, String... labels) {
                String what = labels.length > 3 ? labels[3] : name;
                return () -> results.merge(what, 1, Integer::sum);
            }

            @Override
            public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
        };
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        interceptor = new IdempotencyInterceptor(
                settings,
                new IdempotencyInterceptor.Means(
                        database, executor == null ? this::execute : executor, lot, deadlines.deadlines()),
                clock,
                meters);
        compiler = new RouteCompiler(List.of(interceptor), deadlines.deadlines(), Duration.ofMinutes(5));
    }

    private void execute(Runnable statement) {
        if (heldStatements || NonBlocking.isCurrent()) {
            statements.add(statement);
        } else {
            statement.run();
        }
    }

    /** Publishes a generation with this handler. */
    IdempotencyRig publish(Handler handler) {
        return publish(handler, route -> route);
    }

    IdempotencyRig publish(Handler handler, UnaryOperator<Route> change) {
        long number = ++generations;
        Route route = change.apply(Route.post("/bills", handler).access(Access.WRITE));
        PlatformRoutes compiled = compiler.compile(
                Door.uncounted(new Generation(new Owner.Platform("billing", number), "1.0." + number)),
                List.of(route),
                new JsonCodec(IdempotencyRig.class.getClassLoader()),
                each -> task -> workers.offer(task),
                failure -> failure);
        routes.publish(table -> table.with("billing", new RouteTable.Mount.Served(compiled)));
        return this;
    }

    /** Expires what is past its deadline, then runs the statements that this has led to. */
    void tick() {
        tickAfter(Duration.ZERO);
    }

    /** The same after some time. */
    void tickAfter(Duration time) {
        deadlines.pass(time);
        if (!heldStatements) {
            runStatements();
        }
    }

    /** Has handlers wait until {@link #runCalls}. */
    IdempotencyRig queued() {
        workers = calls::add;
        return this;
    }

    void runCalls() {
        for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
            call.run();
        }
    }

    void runStatements() {
        for (Runnable statement = statements.poll(); statement != null; statement = statements.poll()) {
            statement.run();
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    static FakeExchange request(String key, String body) {
        return FakeExchange.of("POST", "/api/billing/bills")
                .with("Idempotency-Key", key)
                .with("Content-Type", "text/plain")
                .body(body);
    }

    FakeExchange send(String key, String body) {
        return send(request(key, body));
    }

    FakeExchange send(FakeExchange exchange) {
        return send(exchange, Duration.ZERO);
    }

    FakeExchange send(FakeExchange exchange, Duration ago) {
        Invocation invocation = new Invocation(exchange, deadlines.now() - ago.toNanos());
        Optional.ofNullable(caller).ifPresent(invocation::caller);
        Interceptor.Next chain =
                Interceptor.chain(List.of(new CanonicalPathInterceptor(), routes), found -> found.endpoint()
                        .proceed(found));
        Interceptor.pass(invocation, chain);
        return exchange;
    }

    static boolean isReplayed(FakeExchange exchange) {
        return "true".equals(exchange.answerHeaders().get("idempotency-replayed"));
    }

    static Response created(int number) {
        return Response.text("bill " + number).status(201).header("Location", "/api/billing/bills/" + number);
    }

    /** What a handler answers: the next bill. */
    Response bill() {
        return created(runs.incrementAndGet());
    }

    @Override
    public void close() {
        database.close();
    }
}
