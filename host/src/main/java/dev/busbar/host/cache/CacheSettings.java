package dev.busbar.host.cache;

/**
 * How much the host keeps of what handlers answered.
 *
 * @param enabled whether anything is kept
 * @param maxBytes how many bytes all kept answers may have together, with what is needed to find them
 * @param maxEntryBytes how many bytes the body of one may have
 */
public record CacheSettings(boolean enabled, long maxBytes, int maxEntryBytes) {
    /** 64 MiB in all, 1 MiB each. */
    public static final CacheSettings DEFAULTS = new CacheSettings(true, 64L << 20, 1 << 20);

    private static final long LEAST_BYTES = 1L << 16;
    private static final int LEAST_ENTRY_BYTES = 1 << 10;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException when there is no room for one answer
     */
    public CacheSettings {
        if (maxBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: at least " + LEAST_BYTES + ")");
        }
        if (maxEntryBytes < LEAST_ENTRY_BYTES || maxEntryBytes > maxBytes / 2) {
            throw new IllegalArgumentException("maxEntryBytes: " + maxEntryBytes + " (expected: " + LEAST_ENTRY_BYTES
                    + " to half of maxBytes, which is " + maxBytes / 2 + ")");
        }
    }
}
