package dev.busbar.core.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored documents of one platform. Called on threads of the platform, by any number at once. */
public interface DocumentRows {
    /**
     * A stored document.
     *
     * @param term its value of the sort field of a scan, as {@link Terms} writes it; empty where it was not scanned by one
     * @param body JSON
     */
    record Row(String id, String term, long version, int schema, String body, Instant changedAt) {}

    /**
     * The rows of one page.
     *
     * @param more whether there are further ones
     */
    record Scanned(List<Row> rows, boolean more) {
        /** Copies the rows. */
        public Scanned {
            rows = List.copyOf(rows);
        }
    }

    /**
     * The result of a change.
     *
     * @param version the version that was written; 0 for a delete
     * @param existed whether there was a document before
     */
    record Written(long version, Instant changedAt, boolean existed) {}

    /**
     * Stores changes in one transaction, after each was checked by {@link DocumentChange#check} and all of them by
     * {@link DocumentQuota#check}.
     *
     * @return the results, in order
     */
    List<Written> write(List<DocumentChange> changes);

    /** The document of an id. */
    Optional<Row> find(String collection, String id);

    /** One page; at least one row if there is any, and then as many as the memory for a page allows. */
    Scanned scan(DocumentScan scan);
}
