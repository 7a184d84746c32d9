package dev.busbar.host.state;

import dev.busbar.core.state.BlobQuota;
import dev.busbar.core.state.StateNames;
import dev.busbar.host.store.BlobContents;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/** The rows of named blobs of platforms. Safe for any number of threads and nodes. */
final class PlatformBlobStore {
    private static final RowMapper<StoredBlob> ROWS = ConstructorMapper.of(StoredBlob.class);
    private static final String COLUMNS = "select name, id, size, sha256, media_type, created_at from blob";

    private final Database database;
    private final BlobContents contents;
    private final UsageStore usage;
    private final Clock clock;

    /** A row of a named blob. */
    record StoredBlob(String name, String id, long size, String sha256, String mediaType, Instant createdAt) {}

    /** A blob that is to be stored now. */
    StoredBlob of(String name, String id, long size, String sha256, String mediaType) {
        return new StoredBlob(name, id, size, sha256, mediaType, clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    PlatformBlobStore(Database database, UsageStore usage, Clock clock) {
        this.database = database;
        this.contents = new BlobContents(database, clock);
        this.usage = usage;
        this.clock = clock;
    }

    static String namespace(String platform) {
        return "platform:" + platform;
    }

    BlobContents contents() {
        return contents;
    }

    /**
     * Gives a content its name, in the place of another one.
     *
     * @throws dev.busbar.plugin.state.QuotaException when the platform has not enough space
     */
    StoredBlob name(BlobQuota quota, Runnable requireLent, StoredBlob blob) {
        Optional<String> replaced = usage.change(quota.platform(), requireLent, (transaction, before) -> {
            Optional<StoredBlob> old = find(transaction, quota.platform(), blob.name());
            long used =
                    before.blobBytes() + blob.size() - old.map(StoredBlob::size).orElse(0L);
            quota.check(used);
            old.ifPresent(other -> contents.unname(transaction, other.id()));
            if (!contents.name(transaction, blob.id(), blob.size(), namespace(quota.platform()), blob.name())) {
                throw new IllegalStateException("blob " + blob.name() + " was named twice under one lock");
            }
            int unused = transaction
                    .handle()
                    .execute(
                            "update blob set sha256 = ?, media_type = ?, created_at = ? where id = ?",
                            blob.sha256(),
                            blob.mediaType(),
                            blob.createdAt(),
                            blob.id());
            usage.write(transaction, quota.platform(), before.withBlobs(used));
            return old.map(StoredBlob::id);
        });
        replaced.ifPresent(contents::removeAfterwards);
        return blob;
    }

    /**
     * Removes a blob, the content row by row.
     *
     * @return the blob that was removed
     */
    Optional<StoredBlob> delete(String platform, Runnable requireLent, String name) {
        Optional<StoredBlob> deleted = usage.change(platform, requireLent, (transaction, before) -> {
            Optional<StoredBlob> old = find(transaction, platform, name);
            old.ifPresent(blob -> {
                contents.unname(transaction, blob.id());
                usage.write(transaction, platform, before.withBlobs(before.blobBytes() - blob.size()));
            });
            return old;
        });
        deleted.ifPresent(blob -> contents.removeAfterwards(blob.id()));
        return deleted;
    }

    private static Optional<StoredBlob> find(Transaction transaction, String platform, String name) {
        return transaction
                .handle()
                .createQuery(COLUMNS + " where namespace = :namespace and name = :name")
                .bind("namespace", namespace(platform))
                .bind("name", name)
                .map(ROWS)
                .findOne();
    }

    Optional<StoredBlob> find(String platform, String name) {
        return database.read(transaction -> find(transaction, platform, name));
    }

    /** The blobs whose names begin with a prefix, behind a name, in order. */
    List<StoredBlob> list(String platform, String prefix, String after, int limit) {
        String within = prefix.isEmpty() ? "" : " and name >= :prefix and name < :prefixEnd";
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery(COLUMNS
                            + " where namespace = :namespace and name > :after" + within
                            + " order by namespace, name fetch first " + limit + " rows only")
                    .bind("namespace", namespace(platform))
                    .bind("after", after);
            if (!prefix.isEmpty()) {
                query.bind("prefix", prefix).bind("prefixEnd", StateNames.afterPrefix(prefix));
            }
            return query.map(ROWS).list();
        });
    }
}
