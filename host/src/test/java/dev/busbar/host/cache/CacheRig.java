package dev.busbar.host.cache;

import dev.busbar.host.content.ConditionalInterceptor;
import dev.busbar.host.content.ContentCodingInterceptor;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.testing.Bound;
import dev.busbar.host.testing.BoundChain;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The chain around the cache, with a handler and a clock that a test moves by hand. Used by one thread. */
final class CacheRig {
    final Map<String, Integer> results = new TreeMap<>();
    final Deque<Invocation> waiting = new ArrayDeque<>();
    final ManualClock clock = new ManualClock();
    final ResponseCache cache;
    final CacheInterceptor interceptor;
    private final Interceptor.Next chain;
    Supplier<Response> handler = () -> Response.text("answer " + calls());
    Route route = Route.get("/bills", request -> Response.noContent())
            .access(Access.READ)
            .cache(CachePolicy.of(Duration.ofSeconds(60)));
    long generation = 1;
    boolean retiring;
    boolean held;
    boolean overloaded;

    @Nullable Caller caller = Callers.ANNA;

    private long nanos = 1_000_000_000_000L;
    private int calls;
    int completed;

    CacheRig() {
        this(CacheSettings.DEFAULTS);
    }

    CacheRig(CacheSettings settings) {
        Meters meters = new Meters() {
            @Override
            public Count count(String name, String help, String... labels) {
                return () -> results.merge(labels[3], 1, Integer::sum);
            }

            @Override
            public Timer timer(String name, String help, String... labels) {
                return took -> {};
            }

            @Override
            public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
        };
        cache = new ResponseCache(settings, true, () -> nanos, meters);
        interceptor = new CacheInterceptor(cache, meters, clock.lot());
        BoundChain behind =
                BoundChain.of(new ContentCodingInterceptor(true), new ConditionalInterceptor(true), interceptor);
        chain = Interceptor.chain(
                List.of(new CanonicalPathInterceptor(), this::bind),
                invocation -> behind.pass(invocation, this::handOver));
    }

    private void bind(Invocation invocation, Interceptor.Next next) {
        String platform = invocation.path().segments().get(1);
        invocation.endpoint(endpoint(platform), List.of());
        if (caller != null) {
            invocation.caller(caller);
        }
        next.proceed(invocation);
    }

    Endpoint.Routed endpoint(String platform) {
        Owner owner = new Owner.Platform(platform, generation);
        return new Bound(owner, RouteContract.of(platform, route), retiring);
    }

    private void handOver(Invocation invocation) {
        calls++;
        if (overloaded) {
            invocation
                    .reply()
                    .fail(ProblemException.of(503, "platform-overloaded", "Overloaded", "all threads are busy"));
            return;
        }
        invocation.timing().handlerBegins();
        if (held) {
            waiting.add(invocation);
        } else {
            try {
                answer(invocation, handler.get());
            } catch (ProblemException problem) {
                invocation.reply().fail(problem);
            }
        }
    }

    /** Lets the handler that was called first answer. */
    void letAnswer(Response response) {
        answer(waiting.remove(), response);
    }

    private static void answer(Invocation invocation, Response response) {
        invocation.reply().claim().ifPresent(claim -> {
            byte[] body = response.body() instanceof Response.Body.Bytes bytes ? bytes.bytes() : new byte[0];
            claim.send(response, body);
        });
    }

    /** How often the handler was called. */
    int calls() {
        return calls;
    }

    void policy(CachePolicy policy) {
        route = route.cache(policy);
    }

    /** Expires what is past its deadline. */
    void tick() {
        clock.pass(Duration.ZERO);
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    FakeExchange get(String... fields) {
        return getAt("/api/billing/bills", fields);
    }

    FakeExchange getAt(String target, String... fields) {
        return send("GET", target, fields);
    }

    FakeExchange send(String method, String target, String... fields) {
        return send(method, target, Duration.ZERO, fields);
    }

    FakeExchange send(String method, String target, Duration ago, String... fields) {
        FakeExchange exchange = FakeExchange.of(method, target).with("Host", "busbar.example");
        for (int i = 0; i < fields.length; i += 2) {
            exchange.with(fields[i], fields[i + 1]);
        }
        return send(exchange, ago);
    }

    FakeExchange send(FakeExchange exchange, Duration ago) {
        Invocation invocation = new Invocation(exchange, clock.now() - ago.toNanos());
        invocation.completion().onComplete(() -> completed++);
        try {
            chain.proceed(invocation);
        } catch (RuntimeException | Error failure) {
            invocation.reply().fail(failure);
        }
        return exchange;
    }

    /** A request to another route, whose handler answers with a status. */
    FakeExchange write(String target, Route other, Response response) {
        Route before = route;
        Supplier<Response> reader = handler;
        boolean holding = held;
        route = other;
        handler = () -> response;
        held = false;
        FakeExchange exchange = send(other.method().name(), target);
        route = before;
        handler = reader;
        held = holding;
        return exchange;
    }

    static Route post() {
        return Route.post("/bills", request -> Response.noContent()).access(Access.WRITE);
    }

    static Response text(int status, String text, String... fields) {
        Response response = Response.bytes("text/plain", text.getBytes(StandardCharsets.UTF_8))
                .status(status);
        for (int i = 0; i < fields.length; i += 2) {
            response = response.header(fields[i], fields[i + 1]);
        }
        return response;
    }

    static String status(FakeExchange exchange) {
        return exchange.answerHeaders().getOrDefault("cache-status", "");
    }
}
