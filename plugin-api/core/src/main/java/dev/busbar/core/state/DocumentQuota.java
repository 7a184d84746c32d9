package dev.busbar.core.state;

import dev.busbar.plugin.state.QuotaException;

/**
 * The space of one platform for documents. Immutable.
 *
 * @param maxBytes of all documents together, as JSON
 * @param maxDocuments the max number of documents
 */
public record DocumentQuota(String platform, long maxBytes, long maxDocuments) {
    /** The documents of one platform. */
    public record Used(long bytes, long documents) {
        /** The use after one change. */
        public Used after(DocumentChange change, long bytesBefore, boolean existed) {
            long bytesAfter =
                    change.content().map(DocumentChange.Content::bytes).orElse(0);
            int documentsAfter = change.content().isPresent() ? 1 : 0;
            return new Used(bytes + bytesAfter - bytesBefore, documents + documentsAfter - (existed ? 1 : 0));
        }
    }

    /**
     * Checks the use after changes, in the transaction that makes them. What makes nothing larger is possible in any case.
     *
     * @throws QuotaException when there is not enough space
     */
    public void check(Used before, Used after) {
        if (after.bytes() > maxBytes && after.bytes() > before.bytes()) {
            throw QuotaException.of(platform, "bytes of documents", after.bytes(), maxBytes, "state.documentBytes");
        }
        if (after.documents() > maxDocuments && after.documents() > before.documents()) {
            throw QuotaException.of(platform, "documents", after.documents(), maxDocuments, "state.documents");
        }
    }
}
