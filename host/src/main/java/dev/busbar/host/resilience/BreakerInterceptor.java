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
 * Gives a platform a pause whose calls fail or are slow: its requests are refused at once, until some that are let through
 * as probes say that it goes again. A failure is an answer of 500 or more that its code gave, and a deadline that it
 * missed; what the host refused before, and what the client did wrong, says nothing of it. The host's own routes have no
 * breaker. Called on server threads, by many at once; the outcome is noted on the thread that answers.
 */
public final class BreakerInterceptor implements Interceptor, RouteConcern {
    private final Breakers breakers;
    private final Meters meters;

    /** Interrupts what these breakers are open for. */
    public BreakerInterceptor(Breakers breakers, Meters meters) {
        this.breakers = breakers;
        this.meters = meters;
    }

    /** Routes of platforms. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.isOfHost() ? Optional.empty() : Optional.of(this);
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
                            "Requests refused because the breaker of their platform was open",
                            "platform",
                            owner.id())
                    .increment();
            throw refusal(owner);
        }
        AtomicBoolean noted = new AtomicBoolean();
        invocation.reply().onAnswer(answer -> {
            noted.set(true);
            note(breaker, invocation, answer);
        });
        invocation.completion().onComplete(() -> {
            if (!noted.get()) {
                breaker.releasePermission(); // the server has answered by itself
            }
        });
        next.proceed(invocation);
    }

    private ProblemException refusal(Owner.Platform owner) {
        long seconds = Math.max(1, breakers.pause().toSeconds());
        return ProblemType.PLATFORM_OVERLOADED
                .problem("the platform has failed too often and is given a pause")
                .with("platform", owner.id())
                .with("generation", Long.toString(owner.generation()))
                .withHeader("Retry-After", Long.toString(seconds));
    }

    private static void note(CircuitBreaker breaker, Invocation invocation, Answer answer) {
        boolean missed = answer.status() == 504;
        Duration deadline = deadline(invocation);
        boolean hurried = invocation.timing().isShortened();
        boolean entered = invocation.timing().handlerNanos() != 0;
        if (answer.status() == 408 || (missed ? hurried : !entered)) {
            breaker.releasePermission(); // the client was too slow, or in a hurry, or the handler was never entered
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

    /** Then it is the client too who decides how long it takes. */
    private static boolean sendsBody(Invocation invocation) {
        return invocation.exchange().contentLength() > 0
                || !invocation.exchange().headers("Transfer-Encoding").isEmpty();
    }

    /** What it took up to the first byte of its answer, in thousandths of its route's deadline. */
    private static long parts(Invocation invocation, Duration deadline) {
        long took = System.nanoTime() - invocation.timing().arrivedNanos();
        return Math.max(0, took / Math.max(1, deadline.toNanos() / Breakers.WHOLE));
    }
}
