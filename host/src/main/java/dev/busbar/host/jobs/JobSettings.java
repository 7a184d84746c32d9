package dev.busbar.host.jobs;

import java.time.Duration;

/**
 * The settings of jobs.
 *
 * @param threads the max number of jobs of one platform that run at once on this node
 * @param maxPerPrincipal the max number of jobs of one principal that run at once for one platform, over all nodes
 * @param maxQueuedPerPrincipal the max number of queued jobs of one principal
 * @param maxQueued the max number of queued jobs of all
 * @param maxResultBytes the max size of a result
 * @param keepResult how long request, checkpoint and result of a job that has ended are kept; those of a failed one are
 *     kept as long as its record
 * @param keep how long the record of a job that has ended is kept
 * @param cancelLimit how long a cancelled run may continue before its job ends without it
 */
public record JobSettings(
        int threads,
        int maxPerPrincipal,
        int maxQueuedPerPrincipal,
        int maxQueued,
        int maxResultBytes,
        Duration keepResult,
        Duration keep,
        Duration cancelLimit) {
    private static final int MAX_THREADS = 1_000;
    private static final int MIN_RESULT_BYTES = 1 << 10;
    private static final int MAX_RESULT_BYTES = 16 << 20;
    private static final Duration MIN_KEEP = Duration.ofMinutes(1);
    private static final Duration MAX_KEEP = Duration.ofDays(365);

    /** Four threads of a platform, three for one principal; ten and a hundred thousand queued; 1 MiB; a day, a week; 30 s. */
    public static final JobSettings DEFAULTS = new JobSettings(
            4, 3, 10_000, 100_000, 1 << 20, Duration.ofDays(1), Duration.ofDays(7), Duration.ofSeconds(30));

    /**
     * Validates.
     *
     * @throws IllegalArgumentException for a value out of its range
     */
    public JobSettings {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: 1 to " + MAX_THREADS + ")");
        }
        if (maxPerPrincipal < 1) {
            throw new IllegalArgumentException("maxPerPrincipal: " + maxPerPrincipal + " (expected: at least 1)");
        }
        if (maxQueuedPerPrincipal < 1 || maxQueued < maxQueuedPerPrincipal) {
            throw new IllegalArgumentException("maxQueuedPerPrincipal: " + maxQueuedPerPrincipal
                    + " (expected: 1 to maxQueued, which is " + maxQueued + ")");
        }
        if (maxResultBytes < MIN_RESULT_BYTES || maxResultBytes > MAX_RESULT_BYTES) {
            throw new IllegalArgumentException("maxResultBytes: " + maxResultBytes + " (expected: " + MIN_RESULT_BYTES
                    + " to " + MAX_RESULT_BYTES + ")");
        }
        if (keepResult.compareTo(MIN_KEEP) < 0 || keep.compareTo(keepResult) < 0 || keep.compareTo(MAX_KEEP) > 0) {
            throw new IllegalArgumentException("keepResult: " + keepResult + ", keep: " + keep
                    + " (expected: at least 1m, at most 365d, and keep no shorter than keepResult)");
        }
        if (cancelLimit.isNegative()) {
            throw new IllegalArgumentException("cancelLimit: " + cancelLimit + " (expected: 0s or more)");
        }
    }
}
