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
 * The circuit breakers, one for each platform. A new generation starts with a closed breaker: the failures of its
 * predecessor do not count. May be called from any thread.
 */
public final class Breakers {
    /** The parts of a deadline: durations are recorded in these, so that one threshold fits all routes. */
    static final int WHOLE = 1_000;

    private final ConcurrentHashMap<String, Breaker> breakers = new ConcurrentHashMap<>();
    private final CircuitBreakerConfig config;
    private final BreakerSettings settings;
    private final LongSupplier nanos;

    private record Breaker(long generation, CircuitBreaker breaker) {}

    /**
     * Closed breakers.
     *
     * @param nanos the monotonic time in nanoseconds, which arrivals of requests are measured by
     */
    public Breakers(BreakerSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
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

    BreakerSettings settings() {
        return settings;
    }

    /** The monotonic time in nanoseconds. */
    long now() {
        return nanos.getAsLong();
    }

    /** How long an open breaker rejects all calls. */
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
