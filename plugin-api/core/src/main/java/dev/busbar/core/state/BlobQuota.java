package dev.busbar.core.state;

import dev.busbar.plugin.state.QuotaException;
import java.io.InputStream;

/**
 * The space of one platform for blobs. Immutable.
 *
 * @param maxBytes of all blobs together
 * @param maxBlobBytes of one blob
 */
public record BlobQuota(String platform, long maxBytes, long maxBlobBytes) {
    /**
     * Checks the use after a blob is stored, in the transaction that gives it its name.
     *
     * @throws QuotaException when there is not enough space
     */
    public void check(long usedAfter) {
        if (usedAfter > maxBytes) {
            throw QuotaException.of(platform, "bytes of blobs", usedAfter, maxBytes, "state.blobBytes");
        }
    }

    /** The content of a blob, which fails as soon as it is too large. */
    public MeasuredStream measure(String name, InputStream content) {
        return new MeasuredStream(content, "blob " + name, maxBlobBytes);
    }
}
