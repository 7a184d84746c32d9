package dev.busbar.host.generation;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Limits and directories of generations. Immutable.
 *
 * @param scratch the parent of their scratch directories
 * @param startLimit the max duration of loading, starting and checking together
 * @param closeLimit the max duration of {@code close()}
 * @param drainMargin how long after its longest deadline a generation may continue to drain
 * @param streamLimit the max duration of a streaming response after its first byte
 * @param healthInterval the pause between two runs of a health check while a generation serves
 */
public record GenerationSettings(
        Path scratch,
        Duration startLimit,
        Duration closeLimit,
        Duration drainMargin,
        Duration streamLimit,
        Duration healthInterval,
        Bulkhead bulkhead) {
    /**
     * The bulkhead of a generation: what it may do at once.
     *
     * @param threads the max number of requests that are handled at once
     * @param queue the max number of requests that wait
     * @param backgroundThreads the max number of its tasks that run at once
     */
    public record Bulkhead(int threads, int queue, int backgroundThreads) {}
}
