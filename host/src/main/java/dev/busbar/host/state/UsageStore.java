package dev.busbar.host.state;

import dev.busbar.core.state.DocumentQuota;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.Transaction;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The rows of {@code platform_state}: the lock on the state of a platform, and its use of space. Thread-safe. */
final class UsageStore {
    private final Database database;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /**
     * The use of space.
     *
     * @param revision the version of the last document that was written
     */
    record Usage(long revision, long documentBytes, long documents, long blobBytes) {
        static final Usage NONE = new Usage(0, 0, 0, 0);

        DocumentQuota.Used ofDocuments() {
            return new DocumentQuota.Used(documentBytes, documents);
        }

        Usage with(long newRevision, DocumentQuota.Used used) {
            return new Usage(newRevision, used.bytes(), used.documents(), blobBytes);
        }

        Usage withBlobs(long bytes) {
            return new Usage(revision, documentBytes, documents, bytes);
        }
    }

    private record Row(String platform) {}

    UsageStore(Database database) {
        this.database = database;
    }

    /** A change of the state of a platform, which has its lock. */
    interface Change<T> {
        T in(Transaction transaction, Usage usage);
    }

    /** Changes the state of a platform in one transaction, for the host. */
    <T> T change(String platform, Change<T> change) {
        return change(platform, () -> {}, change);
    }

    /**
     * Changes the state of a platform in one transaction: the fence first, then the lock.
     *
     * @param requireLent called once it has the lock, which it may have waited for; throws when the generation that changes
     *     it has retired meanwhile
     */
    <T> T change(String platform, Runnable requireLent, Change<T> change) {
        if (!known.contains(platform)) {
            boolean unused = database.jdbi()
                    .withHandle(handle -> database.insert(
                            handle,
                            "insert into platform_state (platform, revision, document_bytes, documents, blob_bytes)"
                                    + " values (:platform, 0, 0, 0, 0)",
                            new Row(platform)));
            known.add(platform);
        }
        return database.change(transaction -> {
            Fence.current().check(transaction);
            Usage usage = lock(transaction, platform);
            requireLent.run();
            return change.in(transaction, usage);
        });
    }

    private static Usage lock(Transaction transaction, String platform) {
        return transaction
                .handle()
                .createQuery("select revision, document_bytes, documents, blob_bytes from platform_state"
                        + " where platform = :platform for update")
                .bind("platform", platform)
                .map((row, context) -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .one();
    }

    void write(Transaction transaction, String platform, Usage usage) {
        int unused = transaction
                .handle()
                .execute(
                        "update platform_state set revision = ?, document_bytes = ?, documents = ?, blob_bytes = ?"
                                + " where platform = ?",
                        usage.revision(),
                        usage.documentBytes(),
                        usage.documents(),
                        usage.blobBytes(),
                        platform);
    }

    /** The use of all platforms that ever had state. */
    Map<String, Usage> all() {
        Map<String, Usage> all = new TreeMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery(
                        "select platform, revision, document_bytes, documents, blob_bytes from platform_state")
                .map((row, context) -> all.put(
                        row.getString(1), new Usage(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5))))
                .list());
        return all;
    }

    Usage of(String platform) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select revision, document_bytes, documents, blob_bytes from platform_state"
                                + " where platform = :platform")
                .bind("platform", platform)
                .map((row, context) -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .findOne()
                .orElse(Usage.NONE));
    }
}
