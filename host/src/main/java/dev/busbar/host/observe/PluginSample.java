package dev.busbar.host.observe;

import java.util.List;

/**
 * A plugin at the time of a scrape. Immutable.
 *
 * @param state the state of its newest generation, such as {@code ACTIVE}
 * @param breaker the state of its circuit breaker: 0 closed, 1 half open, 2 open
 * @param uncollected the number of retired generations that are still in memory
 * @param generations the loaded generations
 */
public record PluginSample(
        String plugin,
        String version,
        String state,
        long generation,
        int breaker,
        long uncollected,
        List<GenerationSample> generations) {
    /**
     * A loaded generation.
     *
     * @param leases entries into its code in progress
     */
    public record GenerationSample(long number, int leases) {}

    /** Copies the list. */
    public PluginSample {
        generations = List.copyOf(generations);
    }
}
