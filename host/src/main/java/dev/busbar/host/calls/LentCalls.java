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

/** The calls of one generation. Thread-safe. */
final class LentCalls implements Platforms {
    /** How many platforms may wait for each other in a row. */
    private static final int MAX_DEPTH = 8;
    /** What a call without a request may take: the route's own deadline counts besides. */
    private static final Duration ALONE = Duration.ofHours(1);
    /** For the deadline to answer first. */
    private static final long GRACE_MILLIS = 500;

    private final String platform;
    private final JsonCodec json;
    private final Supplier<Caller> self;
    private final PlatformCalls calls;

    /** One call on its way. */
    private record Going(String target, Invocation invocation, CallExchange exchange, long limitMillis) {}

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
                        + ": this thread answers no request (expected: callAsSelf, or onBehalfOf the request)"));
        return make(target, call, seenCaller(outer), Optional.of(outer), false);
    }

    @Override
    public PlatformResponse callAsSelf(String target, PlatformCall call) throws InterruptedException {
        Optional<Invocation> outer = outer(call);
        if (outer.flatMap(answering -> answering.endpoint().contract())
                .filter(route -> !hasNamedAction(route))
                .isPresent()) {
            throw new IllegalStateException(
                    "call of " + target + " as the platform itself: the route being answered has"
                            + " no named action (expected: Access.action, because its callers trigger this call)");
        }
        return make(target, call, Optional.of(self.get()), outer, true);
    }

    /** Where the answer is kept for all, nobody calls: else what one caller may see would be kept for the others. */
    private static Optional<Caller> seenCaller(Invocation outer) {
        boolean told = outer.endpoint()
                .contract()
                .flatMap(RouteContract::cache)
                .filter(CacheTerms::shared)
                .isEmpty();
        return told ? outer.caller() : Optional.empty();
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
        String name = outer.map(Invocation::correlationId)
                .or(() -> Acting.current().map(Acting::correlationId))
                .orElseGet(calls::newName);
        CallExchange exchange = new CallExchange(target, call, content, address);
        Invocation invocation = Invocation.nested(exchange, began, name, trail(outer));
        String outcome = "broken";
        try {
            requireNoCycle(target, invocation.trail());
            Duration left = left(call, outer, began);
            invocation.timing().shorten(left);
            as.ifPresent(invocation::caller);
            invocation.reply().markPersonal();
            CallExchange.Answered answered =
                    await(new Going(target, invocation, exchange, left.toMillis() + GRACE_MILLIS));
            outcome = invocation.note("cache").equals("stale") ? "stale" : CallMeters.outcome(answered.status());
            return received(answered);
        } catch (ProblemException refused) {
            invocation.reply().fail(refused);
            outcome = CallMeters.outcome(refused.status());
            return received(exchange.answer().join());
        } finally {
            calls.meters()
                    .ended(platform, calls.isKnown(target) ? target : "_unknown", outcome, System.nanoTime() - began);
            tell(target, invocation, as, asSelf, exchange);
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

    /** 508, which is about loops (RFC 5842 section 7.2). */
    private static ProblemException loop(String detail) {
        return ProblemType.CALL_LOOP.problem(detail);
    }

    private static Duration left(PlatformCall call, Optional<Invocation> outer, long now) {
        Duration left = outer.map(answering -> answering.timing().dueNanos())
                .map(due -> Duration.ofNanos((due - now) / 10 * 9))
                .orElse(ALONE);
        Duration wanted = call.deadline().filter(own -> own.compareTo(left) < 0).orElse(left);
        if (wanted.isNegative() || wanted.isZero()) {
            throw ProblemType.PLATFORM_TIMEOUT.problem("no time was left of the request for this call");
        }
        return wanted;
    }

    private CallExchange.Answered await(Going going) throws InterruptedException {
        Interceptor.pass(going.invocation(), calls.chain());
        try {
            return going.exchange().answer().get(going.limitMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return given(late(going.target())); // it is streaming still, or parked: whoever has it ends it
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private static CallExchange.Answered given(ProblemException problem) {
        Map<String, String> headers = Map.of("content-type", Problems.MEDIA_TYPE);
        return new CallExchange.Answered(problem.status(), headers, Problems.encode(problem, "", ""), true);
    }

    private static ProblemException late(String target) {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("no answer of platform " + target)
                .with("platform", target);
    }

    private PlatformResponse received(CallExchange.Answered answered) {
        if (answered.whole()) {
            return new ReceivedResponse(answered.status(), answered.headers(), answered.body(), json);
        }
        ProblemException broken = ProblemType.PLATFORM_CALL_FAILED.problem("the answer broke off before its end");
        return received(given(broken));
    }

    private void tell(
            String target, Invocation invocation, Optional<Caller> as, boolean asSelf, CallExchange exchange) {
        int status = exchange.answer().isDone() ? exchange.answer().join().status() : 0;
        calls.audit().count(CallEvents.called(platform, target, invocation, as, asSelf, status));
    }
}
