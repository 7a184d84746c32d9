package dev.busbar.host.cache;

/**
 * The bounds of the response cache.
 *
 * @param enabled whether responses are stored
 * @param maxBytes the size of all entries together, including keys
 * @param maxEntryBytes the size of one body
 */
public record CacheSettings(boolean enabled, long maxBytes, int maxEntryBytes) {
    /** 64 MiB in all, 1 MiB each. */
    public static final CacheSettings DEFAULTS = new CacheSettings(true, 64L << 20, 1 << 20);

    private static final long MIN_BYTES = 1L << 16;
    private static final int MIN_ENTRY_BYTES = 1 << 10;

    /**
     * Validates.
     *
     * @throws IllegalArgumentException when there is no room for one response
     */
    public CacheSettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: at least " + MIN_BYTES + ")");
        }
        if (maxEntryBytes < MIN_ENTRY_BYTES || maxEntryBytes > maxBytes / 2) {
            throw new IllegalArgumentException("maxEntryBytes: " + maxEntryBytes + " (expected: " + MIN_ENTRY_BYTES
                    + " to half of maxBytes, which is " + maxBytes / 2 + ")");
        }
    }
}
