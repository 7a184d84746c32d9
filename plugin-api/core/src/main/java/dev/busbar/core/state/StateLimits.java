package dev.busbar.core.state;

/**
 * The limits of the state of each platform. Immutable.
 *
 * @param documentBytes the size of all documents together, as JSON
 * @param documents the max number of documents
 * @param blobBytes the size of all blobs together
 * @param blobSize the size of one blob
 * @param cacheBytes the size of the cache directory on a node
 */
public record StateLimits(long documentBytes, long documents, long blobBytes, long blobSize, long cacheBytes) {
    /** 1 GiB and a million documents, 10 GiB of blobs of at most 2 GiB each, 2 GiB of cache. */
    public static final StateLimits DEFAULTS = new StateLimits(1L << 30, 1_000_000, 10L << 30, 2L << 30, 2L << 30);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException when a limit is negative, or one blob may be larger than all
     */
    public StateLimits {
        require("documentBytes", documentBytes);
        require("documents", documents);
        require("blobBytes", blobBytes);
        require("cacheBytes", cacheBytes);
        if (blobSize < 0 || blobSize > blobBytes) {
            throw new IllegalArgumentException(
                    "blobSize: " + blobSize + " (expected: 0 to blobBytes, which is " + blobBytes + ")");
        }
    }

    private static void require(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 or more)");
        }
    }

    /** The quota of a platform for documents. */
    public DocumentQuota documents(String platform) {
        return new DocumentQuota(platform, documentBytes, documents);
    }

    /** The quota of a platform for blobs. */
    public BlobQuota blobs(String platform) {
        return new BlobQuota(platform, blobBytes, blobSize);
    }
}
