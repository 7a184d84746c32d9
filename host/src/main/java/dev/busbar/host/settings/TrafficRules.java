package dev.busbar.host.settings;

import dev.busbar.host.bodies.BodySettings;
import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.contract.RouteDeadlines;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.resilience.BreakerSettings;
import java.util.List;

/**
 * Binds the sections {@code limits}, {@code plans}, {@code cache}, {@code idempotency}, {@code breaker}, {@code bodies}
 * and {@code shedding}, and the deadlines of the section {@code platforms}. Stateless.
 */
final class TrafficRules {
    record Shedding(int inFlight) {
        Shedding {
            if (inFlight < 1) {
                throw new IllegalArgumentException("inFlight: " + inFlight + " (expected: at least 1)");
            }
        }
    }

    record Platforms(List<String> deadlines) {
        Platforms {
            RouteDeadlines unused = RouteDeadlines.parse(deadlines);
        }
    }

    private TrafficRules() {}

    static HostSettings.Traffic bind(Configuration configuration) {
        LimitSettings limits = LimitRules.bind(configuration);
        CacheSettings cache = configuration.bind("cache", CacheSettings.DEFAULTS);
        IdempotencySettings idempotency = configuration.bind("idempotency", IdempotencySettings.DEFAULTS);
        BreakerSettings breaker = configuration.bind("breaker", BreakerSettings.DEFAULTS);
        Shedding shedding = configuration.bind("shedding", new Shedding(10_000));
        BodySettings bodies = configuration.bind("bodies", BodySettings.DEFAULTS);
        RouteDeadlines deadlines = RouteDeadlines.parse(
                configuration.bind("platforms", new Platforms(List.of())).deadlines());
        return new HostSettings.Traffic(limits, cache, idempotency, breaker, bodies, deadlines, shedding.inFlight());
    }
}
