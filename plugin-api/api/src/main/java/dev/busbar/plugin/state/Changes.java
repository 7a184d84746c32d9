package dev.busbar.plugin.state;

/**
 * Changes of documents that are stored together: all of them or none, in the order in which they are listed. Collected
 * in memory, on the thread that called {@link dev.busbar.plugin.PlatformContext#changes}, and stored in one transaction
 * when the function has returned. Each document at most once; at most {@value #MAX_CHANGES} documents and 8 MiB.
 *
 * <pre>{@code
 * context.changes(changes -> changes.create(BILLS, bill.id(), bill)
 *         .replace(TOTALS, total.id(), total.version(), total.value().plus(bill)));
 * }</pre>
 */
public interface Changes {
    /** The max number of changes. */
    int MAX_CHANGES = 500;

    /** Creates a document; a conflict when there is one of this id. */
    <T> Changes create(DocumentType<T> type, String id, T value);

    /** Stores a document, whether there is one of this id or not. */
    <T> Changes put(DocumentType<T> type, String id, T value);

    /** Replaces a document of a version; a conflict when its version is another one, or there is none. */
    <T> Changes replace(DocumentType<T> type, String id, long version, T value);

    /** Deletes a document of a version; a conflict when its version is another one, or there is none. */
    Changes delete(DocumentType<?> type, String id, long version);

    /** Deletes a document if there is one of this id. */
    Changes delete(DocumentType<?> type, String id);
}
