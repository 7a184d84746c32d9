package dev.busbar.plugin;

import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import dev.busbar.plugin.state.DocumentType;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * The extension of a plugin jar, of which there is one. The host makes one instance for each generation
 * by its public constructor without arguments and calls, each once and never two at a time: {@link #documents}, {@link
 * #start}, then {@link #routes}, {@link #jobs}, {@link #schedules} and {@link #healthChecks}, in the end {@link #close}.
 * Every method has an empty default.
 *
 * <p>All of them run on a thread of the generation, with the generation's class loader as context class loader. Two
 * generations of a platform are alive at once during a swap: neither may hold what the other needs to start.
 */
public interface Platform extends ExtensionPoint {
    /**
     * The types of the documents that it stores, which {@link PlatformContext#documents} then lends. Read once, before
     * {@link #start}; an exception is a failed start. Constants, as a rule.
     */
    default List<DocumentType<?>> documents() {
        return List.of();
    }

    /**
     * Prepares the platform to serve. Called before anything is declared or served, while the earlier generation continues
     * to serve. Must return within {@code swap.startLimit} (30 s, loading and health checks included); past it the thread
     * is interrupted. Must not migrate data that an earlier version still needs.
     *
     * @param context lent until {@link #close} has returned
     * @throws Exception when it cannot start: the generation is discarded, {@link #close} is called, and the earlier
     *     generation continues to serve
     */
    default void start(PlatformContext context) throws Exception {}

    /** The routes that it serves. Read once; an exception is a failed start. */
    default List<Route> routes() {
        return List.of();
    }

    /** The types of jobs that it runs. Read once; an exception is a failed start. */
    default List<JobType<?>> jobs() {
        return List.of();
    }

    /** The times at which jobs of its types run. Read once, after {@link #jobs}; an exception is a failed start. */
    default List<Schedule<?>> schedules() {
        return List.of();
    }

    /**
     * The health checks that the host runs before it publishes the generation, and while that serves. Read once; an exception
     * is a failed start.
     */
    default List<HealthCheck> healthChecks() {
        return List.of();
    }

    /**
     * Releases what the platform acquired itself. Called after the last request has ended, or after a failed start. Must
     * return within {@code swap.closeLimit} (10 s); past it the thread is interrupted. An exception is logged and otherwise
     * ignored.
     *
     * @throws Exception when something could not be closed
     */
    default void close() throws Exception {}
}
