package dev.busbar.host.observe;

/**
 * How requests are logged. Immutable.
 *
 * @param enabled whether they are
 * @param maxFileBytes from which size on a file is rolled
 * @param keepFiles how many rolled files are kept beside the one that is written
 * @param queue how many lines may wait to be written; what comes beyond that is dropped
 */
public record AccessLogSettings(boolean enabled, long maxFileBytes, int keepFiles, int queue) {
    private static final long LEAST_BYTES = 64L << 10;

    /** What holds where nothing is set. */
    public static final AccessLogSettings DEFAULTS = new AccessLogSettings(true, 64L << 20, 8, 8_192);

    /** Refuses what makes no sense. */
    public AccessLogSettings {
        if (maxFileBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "maxFileBytes: " + maxFileBytes + " (expected: at least " + LEAST_BYTES + ")");
        }
        if (keepFiles < 1 || keepFiles > 1_000) {
            throw new IllegalArgumentException("keepFiles: " + keepFiles + " (expected: 1 to 1000)");
        }
        if (queue < 64 || queue > 1_000_000) {
            throw new IllegalArgumentException("queue: " + queue + " (expected: 64 to 1000000)");
        }
    }
}
