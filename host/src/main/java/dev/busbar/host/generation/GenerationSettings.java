package dev.busbar.host.generation;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Limits and places of generations.
 *
 * @param scratch the parent of their scratch directories
 * @param startLimit how long loading, starting and checking may take together
 * @param closeLimit how long {@code close()} may take
 * @param drainMargin how long after its longest deadline a generation may go on draining
 * @param streamLimit how long a streaming response may take after its first byte
 */
public record GenerationSettings(
        Path scratch,
        Duration startLimit,
        Duration closeLimit,
        Duration drainMargin,
        Duration streamLimit,
        Bulkhead bulkhead) {
    /**
     * How much a generation may do at once.
     *
     * @param threads how many requests are handled at once
     * @param queue how many more may wait
     * @param backgroundThreads how many tasks of its own run at once
     */
    public record Bulkhead(int threads, int queue, int backgroundThreads) {}
}
