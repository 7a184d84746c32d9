package dev.busbar.host.settings;

import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.resilience.BreakerSettings;

/**
 * Binds the sections {@code limits}, {@code plans}, {@code cache}, {@code idempotency}, {@code breaker} and {@code
 * shedding}. Stateless.
 */
final class TrafficRules {
    record Shedding(int inFlight) {
        Shedding {
            if (inFlight < 1) {
                throw new IllegalArgumentException("inFlight: " + inFlight + " (expected: at least 1)");
            }
        }
    }

    private TrafficRules() {}

    static HostSettings.Traffic bind(Configuration configuration) {
        LimitSettings limits = LimitRules.bind(configuration);
        CacheSettings cache = configuration.bind("cache", CacheSettings.DEFAULTS);
        IdempotencySettings idempotency = configuration.bind("idempotency", IdempotencySettings.DEFAULTS);
        BreakerSettings breaker = configuration.bind("breaker", BreakerSettings.DEFAULTS);
        Shedding shedding = configuration.bind("shedding", new Shedding(10_000));
        return new HostSettings.Traffic(limits, cache, idempotency, breaker, shedding.inFlight());
    }
}
