package dev.busbar.host.calls;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.core.ReceivedResponse;
import dev.busbar.host.contract.CacheTerms;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.InvocationAware;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.Platforms;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The platform calls of one generation. Thread-safe. */
final class LentCalls implements Platforms {
    /** The max count of platforms that wait for each other. */
    private static final int MAX_DEPTH = 8;
    /** The deadline of a call without a request; the route's own deadline applies too. */
    private static final Duration ALONE = Duration.ofHours(1);
    /** The time in which the deadline of the call itself can answer first. */
    private static final long GRACE_MILLIS = 500;

    private final String platform;
    private final JsonCodec json;
    private final Supplier<Caller> self;
    private final PlatformCalls calls;

    /** A call in flight. */
    private record InFlight(String target, Invocation invocation, CallExchange exchange, long limitMillis) {}

    LentCalls(String platform, JsonCodec json, Supplier<Caller> self, PlatformCalls calls) {
        this.platform = platform;
        this.json = json;
        this.self = self;
        this.calls = calls;
    }

    @Override
    public PlatformResponse call(String target, PlatformCall call) throws InterruptedException {
        Invocation outer = outer(call)
                .orElseThrow(() -> new IllegalStateException("call of " + target
                        + ": this thread handles no request (expected: callAsSelf, or onBehalfOf the request)"));
        return make(target, call, seenCaller(outer), Optional.of(outer), false);
    }

    @Override
    public PlatformResponse callAsSelf(String target, PlatformCall call) throws InterruptedException {
        Optional<Invocation> outer = outer(call);
        if (outer.flatMap(request -> request.endpoint().contract())
                .filter(route -> !hasNamedAction(route))
                .isPresent()) {
            throw new IllegalStateException(
                    "call of " + target + " as the platform itself: the route of the current request has"
                            + " no named action (expected: Access.action, because its callers trigger this call)");
        }
        return make(target, call, Optional.of(self.get()), outer, true);
    }

    /** The caller; none if the response is cached for all callers, or data of one caller would be served to the others. */
    private static Optional<Caller> seenCaller(Invocation outer) {
        boolean visible = outer.endpoint()
                .contract()
                .flatMap(RouteContract::cache)
                .filter(CacheTerms::shared)
                .isEmpty();
        return visible ? outer.caller() : Optional.empty();
    }

    private static boolean hasNamedAction(RouteContract route) {
        Optional<String> needed = route.permission();
        String target = route.id().platform();
        return needed.isPresent()
                && !needed.equals(Access.READ.permission(target))
                && !needed.equals(Access.WRITE.permission(target));
    }

    private static Optional<Invocation> outer(PlatformCall call) {
        return call.onBehalfOf()
                .map(request -> request instanceof InvocationAware aware ? aware.invocation() : unknown())
                .or(() -> Acting.current().flatMap(Acting::request));
    }

    private static Invocation unknown() {
        throw new IllegalArgumentException("onBehalfOf: not a request of this host");
    }

    private PlatformResponse make(
            String target, PlatformCall call, Optional<Caller> as, Optional<Invocation> outer, boolean asSelf)
            throws InterruptedException {
        byte[] content = call.value().map(json::encode).orElseGet(call::bytes);
        long began = System.nanoTime();
        String address = outer.map(Invocation::clientAddress)
                .or(() -> Acting.current().map(Acting::clientAddress))
                .orElse("");
        String correlationId = outer.map(Invocation::correlationId)
                .or(() -> Acting.current().map(Acting::correlationId))
                .orElseGet(calls::newCorrelationId);
        CallExchange exchange = new CallExchange(target, call, content, address);
        Invocation invocation = Invocation.nested(exchange, began, correlationId, trail(outer));
        String outcome = "broken";
        try {
            requireNoCycle(target, invocation.trail());
            Duration left = left(call, outer, began);
            invocation.timing().shorten(left);
            as.ifPresent(invocation::caller);
            invocation.reply().markPersonal();
            CallExchange.RawResponse raw =
                    await(new InFlight(target, invocation, exchange, left.toMillis() + GRACE_MILLIS));
            outcome = invocation.note("cache").equals("stale") ? "stale" : CallMeters.outcome(raw.status());
            return received(raw);
        } catch (ProblemException rejected) {
            invocation.reply().fail(rejected);
            outcome = CallMeters.outcome(rejected.status());
            return received(exchange.response().join());
        } finally {
            calls.meters()
                    .ended(platform, calls.isKnown(target) ? target : "_unknown", outcome, System.nanoTime() - began);
            audit(target, invocation, as, asSelf, exchange);
        }
    }

    private List<String> trail(Optional<Invocation> outer) {
        List<String> trail = new ArrayList<>(outer.map(Invocation::trail).orElse(List.of()));
        trail.add(platform);
        return List.copyOf(trail);
    }

    private static void requireNoCycle(String target, List<String> trail) {
        if (trail.contains(target)) {
            throw loop("platform " + target + " waits for this call itself: " + String.join(" → ", trail) + " → "
                    + target);
        }
        if (trail.size() > MAX_DEPTH) {
            throw loop("more than " + MAX_DEPTH + " platforms wait for each other: " + String.join(" → ", trail));
        }
    }

    /** 508 (RFC 5842 section 7.2). */
    private static ProblemException loop(String detail) {
        return ProblemType.CALL_LOOP.problem(detail);
    }

    private static Duration left(PlatformCall call, Optional<Invocation> outer, long now) {
        Duration left = outer.map(request -> request.timing().dueNanos())
                .map(due -> Duration.ofNanos((due - now) / 10 * 9))
                .orElse(ALONE);
        Duration wanted = call.deadline().filter(own -> own.compareTo(left) < 0).orElse(left);
        if (wanted.isNegative() || wanted.isZero()) {
            throw ProblemType.PLATFORM_TIMEOUT.problem(
                    "the deadline of the request has passed, so the call was not made");
        }
        return wanted;
    }

    private CallExchange.RawResponse await(InFlight inFlight) throws InterruptedException {
        Interceptor.pass(inFlight.invocation(), calls.chain());
        try {
            return inFlight.exchange().response().get(inFlight.limitMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return problem(late(inFlight.target())); // it is still streaming or parked, and is ended there
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static CallExchange.RawResponse problem(ProblemException problem) {
        Map<String, String> headers = Map.of("content-type", Problems.MEDIA_TYPE);
        return new CallExchange.RawResponse(problem.status(), headers, Problems.encode(problem, "", ""), true);
    }

    private static ProblemException late(String target) {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("platform " + target + " did not respond in time")
                .with("platform", target);
    }

    private PlatformResponse received(CallExchange.RawResponse raw) {
        if (raw.complete()) {
            return new ReceivedResponse(raw.status(), raw.headers(), raw.body(), json);
        }
        ProblemException broken = ProblemType.PLATFORM_CALL_FAILED.problem("the response broke off before its end");
        return received(problem(broken));
    }

    private void audit(
            String target, Invocation invocation, Optional<Caller> as, boolean asSelf, CallExchange exchange) {
        int status = exchange.response().isDone() ? exchange.response().join().status() : 0;
        calls.audit().count(CallEvents.called(platform, target, invocation, as, asSelf, status));
    }
}
