package dev.busbar.plugin;

import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * What a plugin contributes to the host: the one extension of its jar. The host makes one instance for each generation
 * by its public constructor without arguments and calls, each once and never two at a time: {@link #start}, then
 * {@link #routes} and {@link #healthChecks}, in the end {@link #close}. Every method has an empty default.
 *
 * <p>All of them run on a thread of the generation, with the generation's class loader as context class loader. Two
 * generations of a platform are alive at once during a swap: neither may hold what the other needs to start.
 */
public interface Platform extends ExtensionPoint {
    /**
     * Makes the platform ready to answer. Called before anything is declared or served; the earlier generation serves
     * on meanwhile. Migrates nothing that an earlier version still needs.
     *
     * @param context lent until {@link #close} has returned
     * @throws Exception to refuse: the generation is thrown away, {@link #close} is called, the earlier one stays
     */
    default void start(PlatformContext context) throws Exception {}

    /** The operations it serves. Read once; what it throws is treated as a failed start. */
    default List<Route> routes() {
        return List.of();
    }

    /** What the host asks before it publishes the generation. Read once. */
    default List<HealthCheck> healthChecks() {
        return List.of();
    }

    /**
     * Gives back everything the platform took for itself. Called after the last request has ended, or after a failed
     * start, with a time limit; the thread is interrupted past it. What it throws is logged and changes nothing.
     *
     * @throws Exception when something could not be closed
     */
    default void close() throws Exception {}
}
