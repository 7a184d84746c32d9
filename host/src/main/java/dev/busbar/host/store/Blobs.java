package dev.busbar.host.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Blobs of one namespace: byte sequences of any length under a name. A blob is written whole or not at all and never
 * changed; no more than 1 MiB of it is in memory, and no connection is held while its stream waits. Safe for any number of threads and nodes.
 */
public final class Blobs {
    /** The max age of a touch that needs no new one, so that frequent use costs no writes. */
    public static final Duration TOUCH_PRECISION = Duration.ofMinutes(10);

    private static final RowMapper<Stored> ROWS = ConstructorMapper.of(Stored.class);

    private final Database database;
    private final String namespace;
    private final Clock clock;
    private final BlobContents contents;

    private record Stored(String id, long size) {}

    /**
     * The blobs of one feature.
     *
     * @param namespace the namespace of their names; at most 64 characters
     */
    public Blobs(Database database, String namespace, Clock clock) {
        this.database = database;
        this.namespace = namespace;
        this.clock = clock;
        this.contents = new BlobContents(database, clock);
    }

    /**
     * Writes a blob unless the name is taken. The name stands for the content (a digest of it), so a second write of a
     * name does not read its stream; it only {@link #touch touches} the blob.
     *
     * @param name at most 200 characters
     * @param content read to its end, not closed
     * @return whether it was written
     * @throws IOException when the content cannot be read; nothing is written then
     */
    public boolean put(String name, InputStream content) throws IOException {
        if (touch(name)) {
            return false;
        }
        BlobContents.Unnamed unnamed = contents.write(content);
        // The name comes last, so that two writers of it meet for a moment only, not for the length of a stream.
        boolean written = database.change(transaction -> {
            Fence.current().check(transaction);
            return contents.name(transaction, unnamed.id(), unnamed.size(), namespace, name);
        });
        if (!written) {
            contents.removeAfterwards(unnamed.id());
        }
        return written;
    }

    /**
     * Marks a blob as used now, with a precision of {@link #TOUCH_PRECISION}, so that {@link #delete(String, Instant,
     * Transaction.Work)} spares it for a while.
     *
     * @return whether there is one
     */
    public boolean touch(String name) {
        Instant now = clock.instant();
        Optional<Instant> touched = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select created_at from blob where namespace = :namespace and name = :name")
                .bind("namespace", namespace)
                .bind("name", name)
                .mapTo(Instant.class)
                .findOne());
        if (touched.isEmpty() || touched.get().isAfter(now.minus(TOUCH_PRECISION))) {
            return touched.isPresent();
        }
        return database.jdbi()
                        .withHandle(handle -> handle.execute(
                                "update blob set created_at = ? where namespace = ? and name = ?",
                                now,
                                namespace,
                                name))
                > 0;
    }

    /** Returns whether there is a blob of this name. */
    public boolean contains(String name) {
        return find(name).isPresent();
    }

    /**
     * The content of a blob, if there is one. The stream holds no connection between two reads; when the blob is
     * deleted meanwhile it fails instead of ending early.
     */
    public Optional<InputStream> open(String name) {
        return find(name)
                .map(blob -> BlobContents.stream(blob.id(), 0, blob.size(), seq -> contents.chunk(blob.id(), seq)));
    }

    /** The names of all blobs of this feature. */
    public List<String> names() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select name from blob where namespace = :namespace order by name")
                .bind("namespace", namespace)
                .mapTo(String.class)
                .list());
    }

    /** The names of the blobs of this feature that were neither written nor touched since a point in time. */
    public List<String> names(Instant untouchedSince) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select name from blob" + " where namespace = :namespace and created_at < :since order by name")
                .bind("namespace", namespace)
                .bind("since", untouchedSince)
                .mapTo(String.class)
                .list());
    }

    /**
     * Removes a blob that was not used for a while, unless it is referenced. A concurrent put or touch either prevents
     * the removal, or finds the blob removed.
     *
     * @param untouchedSince a blob that was written or touched after that stays
     * @param isReferenced called in the transaction of the removal; removes what belongs to the blob
     * @return whether it was removed
     */
    public boolean delete(String name, Instant untouchedSince, Transaction.Work<Boolean> isReferenced) {
        Optional<Stored> deleted = database.change(transaction -> {
            // Changes nothing, but locks the row: a touch waits until this transaction has ended.
            int locked = transaction
                    .handle()
                    .execute(
                            "update blob set created_at = created_at"
                                    + " where namespace = ? and name = ? and created_at < ?",
                            namespace,
                            name,
                            untouchedSince);
            return locked > 0 && !isReferenced.in(transaction) ? unname(transaction, name) : Optional.empty();
        });
        deleted.ifPresent(blob -> contents.removeAfterwards(blob.id()));
        return deleted.isPresent();
    }

    /**
     * Removes a blob.
     *
     * @return whether there was one
     */
    public boolean delete(String name) {
        Optional<Stored> deleted = database.change(transaction -> {
            Fence.current().check(transaction);
            return unname(transaction, name);
        });
        deleted.ifPresent(blob -> contents.removeAfterwards(blob.id()));
        return deleted.isPresent();
    }

    private Optional<Stored> unname(Transaction transaction, String name) {
        Optional<Stored> found = find(transaction.handle(), name);
        found.ifPresent(blob -> contents.unname(transaction, blob.id()));
        return found;
    }

    private Optional<Stored> find(String name) {
        return database.jdbi().withHandle(handle -> find(handle, name));
    }

    private Optional<Stored> find(Handle handle, String name) {
        return handle.createQuery("select id, size from blob where namespace = :namespace and name = :name")
                .bind("namespace", namespace)
                .bind("name", name)
                .map(ROWS)
                .findOne();
    }
}
