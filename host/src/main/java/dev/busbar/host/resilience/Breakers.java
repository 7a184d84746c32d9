package dev.busbar.host.resilience;

import dev.busbar.host.contract.Owner;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One breaker a platform. A new generation begins with a closed one: what its predecessor did says nothing of it. May be
 * called from any thread.
 */
public final class Breakers {
    /** Durations are told as parts of the deadline, so that one threshold fits all routes. */
    static final int WHOLE = 1_000;

    private final ConcurrentHashMap<String, Breaker> breakers = new ConcurrentHashMap<>();
    private final CircuitBreakerConfig config;
    private final BreakerSettings settings;

    private record Breaker(long generation, CircuitBreaker breaker) {}

    /** Breakers that are all closed. */
    public Breakers(BreakerSettings settings) {
        this(settings, System::nanoTime);
    }

    Breakers(BreakerSettings settings, LongSupplier nanos) {
        this.settings = settings;
        Clock clock = new MonotonicClock(nanos);
        config = CircuitBreakerConfig.custom()
                .clock(clock)
                .currentTimestampFunction(unused -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize((int) settings.window().toSeconds())
                .minimumNumberOfCalls(settings.minimumCalls())
                .failureRateThreshold(settings.failureRate())
                .slowCallRateThreshold(settings.slowRate())
                .slowCallDurationThreshold(Duration.ofMillis((long) WHOLE * settings.slow() / 100))
                .waitDurationInOpenState(settings.pause())
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                .writableStackTraceEnabled(false)
                .build();
    }

    /** How long nothing is let through once one is open. */
    Duration pause() {
        return settings.pause();
    }

    /** The breaker of a generation. */
    CircuitBreaker of(Owner.Platform owner) {
        Breaker now = breakers.get(owner.id());
        if (now != null && now.generation() >= owner.generation()) {
            return now.breaker();
        }
        return breakers.compute(owner.id(), (platform, before) -> newer(before, owner))
                .breaker();
    }

    private Breaker newer(@Nullable Breaker before, Owner.Platform owner) {
        return before != null && before.generation() >= owner.generation()
                ? before
                : new Breaker(owner.generation(), CircuitBreaker.of(owner.id(), config));
    }

    /** The state of a platform's breaker: 0 closed, 1 half open, 2 open. */
    public int state(String platform) {
        Breaker breaker = breakers.get(platform);
        if (breaker == null) {
            return 0;
        }
        return switch (breaker.breaker().getState()) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }
}
