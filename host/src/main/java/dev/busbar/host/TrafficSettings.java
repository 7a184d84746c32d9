package dev.busbar.host;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.resilience.BreakerSettings;

/**
 * What concerns the traffic to platforms.
 *
 * @param breaker when a platform that fails is given a pause
 * @param inFlight how many requests to platforms may be under way in the whole host
 */
public record TrafficSettings(BreakerSettings breaker, int inFlight) {
    record Shedding(int inFlight) {
        Shedding {
            if (inFlight < 1) {
                throw new IllegalArgumentException("inFlight: " + inFlight + " (expected: at least 1)");
            }
        }
    }

    /** Reads the sections; what is wrong is noted in the configuration, which refuses at its end. */
    static TrafficSettings bind(Configuration configuration) {
        BreakerSettings breaker = configuration.bind("breaker", BreakerSettings.DEFAULTS);
        Shedding shedding = configuration.bind("shedding", new Shedding(10_000));
        return new TrafficSettings(breaker, shedding.inFlight());
    }
}
