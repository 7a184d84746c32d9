package dev.busbar.host.observe;

import java.util.List;
import java.util.Map;

/**
 * A plugin at the time of a scrape. Immutable.
 *
 * @param state the state of its newest generation, such as {@code ACTIVE}
 * @param breaker the state of its circuit breaker: 0 closed, 1 half open, 2 open
 * @param uncollected the number of retired generations that something holds in memory
 * @param health the latest result of each health check, by name: 1 pass, 0.5 warn, 0 fail
 * @param generations the loaded generations
 * @param space the lasting state of its platform
 */
public record PluginSample(
        String plugin,
        String version,
        String state,
        long generation,
        int breaker,
        long uncollected,
        Map<String, Double> health,
        List<GenerationSample> generations,
        Space space) {
    /**
     * The lasting state of a platform, as it was measured last.
     *
     * @param bytes its size, by kind
     * @param documents the number of documents
     */
    public record Space(Map<String, Long> bytes, long documents) {
        /** Copies the sizes. */
        public Space {
            bytes = Map.copyOf(bytes);
        }
    }

    /**
     * A generation that is loaded, or that something does not leave.
     *
     * @param leases entries into its code in progress
     * @param running entries inside its code, by kind
     */
    public record GenerationSample(long number, int leases, Map<String, Long> running) {
        /** Copies the counts. */
        public GenerationSample {
            running = Map.copyOf(running);
        }
    }

    /** Copies the collections. */
    public PluginSample {
        health = Map.copyOf(health);
        generations = List.copyOf(generations);
    }
}
