package dev.busbar.host.observe;

/**
 * Settings of the access log. Immutable.
 *
 * @param enabled whether requests are logged
 * @param maxFileBytes the size at which a file is rotated
 * @param keepFiles the number of rotated files that are kept
 * @param queue the max number of queued lines; further ones are dropped
 */
public record AccessLogSettings(boolean enabled, long maxFileBytes, int keepFiles, int queue) {
    private static final long MIN_BYTES = 64L << 10;

    /** The defaults. */
    public static final AccessLogSettings DEFAULTS = new AccessLogSettings(true, 64L << 20, 8, 8_192);

    /** Validates the values. */
    public AccessLogSettings {
        if (maxFileBytes < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "maxFileBytes: " + maxFileBytes + " (expected: at least " + MIN_BYTES + ")");
        }
        if (keepFiles < 1 || keepFiles > 1_000) {
            throw new IllegalArgumentException("keepFiles: " + keepFiles + " (expected: 1 to 1000)");
        }
        if (queue < 64 || queue > 1_000_000) {
            throw new IllegalArgumentException("queue: " + queue + " (expected: 64 to 1000000)");
        }
    }
}
