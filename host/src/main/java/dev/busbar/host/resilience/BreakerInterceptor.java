package dev.busbar.host.resilience;

import dev.busbar.core.ProblemType;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.ProblemException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Circuit breaking: rejects the requests to a platform whose calls fail or are slow, until probes succeed. A call fails by
 * a response of 500 or more from the platform itself, or by a missed deadline; rejections by the host and client errors do
 * not count. The host's own routes have no breaker. Called on event-loop threads, by many at once; the outcome is recorded
 * on the thread that sends the response.
 */
public final class BreakerInterceptor implements Interceptor, RouteConcern {
    private final Breakers breakers;
    private final Meters meters;

    /** An interceptor with these breakers. */
    public BreakerInterceptor(Breakers breakers, Meters meters) {
        this.breakers = breakers;
        this.meters = meters;
    }

    /** Routes of platforms, unless breakers are disabled. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.isOfHost() || !breakers.settings().enabled() ? Optional.empty() : Optional.of(this);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (!(Endpoint.routed(invocation).owner() instanceof Owner.Platform owner)) {
            throw new IllegalStateException("a route of the host has no breaker");
        }
        CircuitBreaker breaker = breakers.of(owner);
        if (!breaker.tryAcquirePermission()) {
            invocation.note("breaker", "open");
            meters.count(
                            "busbar.breaker.refusals",
                            "Requests rejected because the breaker of their platform was open",
                            "platform",
                            owner.id())
                    .increment();
            throw rejection(owner);
        }
        AtomicBoolean recorded = new AtomicBoolean();
        invocation.reply().onAnswer(answer -> {
            recorded.set(true);
            record(breaker, invocation, answer);
        });
        invocation.completion().onComplete(() -> {
            if (!recorded.get()) {
                breaker.releasePermission(); // answered by the server itself
            }
        });
        next.proceed(invocation);
    }

    private ProblemException rejection(Owner.Platform owner) {
        long seconds = Math.max(1, breakers.pause().toSeconds());
        return ProblemType.PLATFORM_OVERLOADED
                .problem(
                        "the circuit breaker of the platform is open, because too many of its calls have failed or were slow")
                .with("platform", owner.id())
                .with("generation", Long.toString(owner.generation()))
                .withHeader("Retry-After", Long.toString(seconds));
    }

    private void record(CircuitBreaker breaker, Invocation invocation, Answer answer) {
        boolean missed = answer.status() == 504;
        Duration deadline = deadline(invocation);
        boolean shortened = invocation.timing().isShortened();
        boolean entered = invocation.timing().handlerNanos() != 0;
        if (answer.status() == 408 || (missed ? shortened : !entered)) {
            breaker.releasePermission(); // a slow client, a deadline that the client has shortened, or a handler that
            // was never entered
            return;
        }
        long parts = sendsBody(invocation) ? 0 : parts(invocation, deadline);
        if (answer.status() >= 500) {
            breaker.onError(parts, TimeUnit.MILLISECONDS, ProblemType.PLATFORM_FAILED.problem("counted"));
        } else {
            breaker.onSuccess(parts, TimeUnit.MILLISECONDS);
        }
    }

    private static Duration deadline(Invocation invocation) {
        return Endpoint.routed(invocation).route().limits().deadline();
    }

    /** Returns whether the duration depends on how fast the client sends its body. */
    private static boolean sendsBody(Invocation invocation) {
        return invocation.exchange().contentLength() > 0
                || !invocation.exchange().headers("Transfer-Encoding").isEmpty();
    }

    /** The time to the first byte of the response, in thousandths of the route's deadline. */
    private long parts(Invocation invocation, Duration deadline) {
        long took = breakers.now() - invocation.timing().arrivedNanos();
        return Math.max(0, took / Math.max(1, deadline.toNanos() / Breakers.WHOLE));
    }
}
