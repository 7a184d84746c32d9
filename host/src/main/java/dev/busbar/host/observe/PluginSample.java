package dev.busbar.host.observe;

import java.util.List;

/**
 * A plugin at the moment when metrics are read. Immutable.
 *
 * @param state of its newest generation, as in {@code ACTIVE}
 * @param breaker the state of its breaker: 0 closed, 1 half open, 2 open
 * @param uncollected retired generations that are still in memory though they should be gone
 * @param generations those that are loaded
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
     * @param leases entries into its code that are under way
     */
    public record GenerationSample(long number, int leases) {}

    /** Copies the list. */
    public PluginSample {
        generations = List.copyOf(generations);
    }
}
