package dev.busbar.host.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of blobs: rows of 1 MiB, each written and deleted in a transaction of its own. H2 rewrites pages of old
 * values for each large row of a transaction, so that a blob of 50 MiB in one would take all of a small heap and a gigabyte
 * of the disk; and no connection is held while a stream waits. A content that has no name yet, or no more, is a row of
 * {@code blob} in a namespace of its own, so that what a crash leaves can be found. Safe for any number of threads and
 * nodes.
 */
public final class BlobContents {
    /** The length of all rows of a content but the last. */
    public static final int CHUNK_BYTES = 1 << 20;

    /** How long a content may be without a name before it counts as left by a crash. */
    public static final Duration MAX_UPLOAD = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(BlobContents.class);
    private static final String UPLOADED = "#uploaded";
    private static final String REMOVED = "#removed";

    private final Database database;
    private final Clock clock;

    private record Name(String namespace, String name, String id, long size, Instant createdAt) {}

    /** The contents in a store. */
    public BlobContents(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Begins a content without a name; returns its id. */
    public String begin() {
        String id = UUID.randomUUID().toString();
        return database.change(transaction -> {
            Fence.current().check(transaction);
            int unused = transaction
                    .handle()
                    .execute(
                            "insert into blob (namespace, name, id, size, created_at) values (?, ?, ?, 0, ?)",
                            UPLOADED,
                            id,
                            id,
                            clock.instant());
            return id;
        });
    }

    /**
     * Stores one more row of a content.
     *
     * @param seq from 0 on, without gaps
     * @param chunk {@link #CHUNK_BYTES}, in the last row less
     */
    public void append(String id, int seq, byte[] chunk) {
        int unused = database.change(transaction -> {
            Fence.current().check(transaction);
            return transaction
                    .handle()
                    .createUpdate("insert into blob_chunk (blob_id, seq, content) values (:id, :seq, :content)")
                    .bind("id", id)
                    .bind("seq", seq)
                    .bind("content", chunk)
                    .execute();
        });
    }

    /**
     * Stores a content without a name.
     *
     * @param content read to its end, not closed
     * @throws IOException when the content cannot be read; nothing is left then
     */
    Unnamed write(InputStream content) throws IOException {
        String id = begin();
        try {
            long size = 0;
            for (int seq = 0; ; seq++) {
                byte[] chunk = content.readNBytes(CHUNK_BYTES);
                if (chunk.length == 0) {
                    return new Unnamed(id, size);
                }
                append(id, seq, chunk);
                size += chunk.length;
            }
        } catch (IOException | RuntimeException e) {
            discard(id, e);
            throw e;
        }
    }

    record Unnamed(String id, long size) {}

    private void discard(String id, Exception failure) {
        try {
            remove(id);
        } catch (RuntimeException e) {
            failure.addSuppressed(e); // it is swept later
        }
    }

    /**
     * Gives a content its name, in a transaction that stays usable.
     *
     * @return whether the name was free
     * @throws StoreException when the content was swept, because it took longer than {@link #MAX_UPLOAD}
     */
    public boolean name(Transaction transaction, String id, long size, String namespace, String name) {
        int there = transaction
                .handle()
                .execute("update blob set size = ? where id = ? and namespace = ?", size, id, UPLOADED);
        if (there == 0) {
            throw new StoreException("blob " + namespace + "/" + name + ": its content was removed before it had a name"
                    + " (expected: a write within " + MAX_UPLOAD + ")");
        }
        return database.insert(
                transaction.handle(),
                "update blob set namespace = :namespace, name = :name, size = :size, created_at = :createdAt where id = :id",
                new Name(namespace, name, id, size, clock.instant()));
    }

    /** Takes the name from a content, which is to be {@linkplain #remove removed} after the commit. */
    public void unname(Transaction transaction, String id) {
        int unused =
                transaction.handle().execute("update blob set namespace = ?, name = ? where id = ?", REMOVED, id, id);
    }

    /** Removes a content without a name, row by row; one that has a name stays. */
    public void remove(String id) {
        if (!claim(id)) {
            return;
        }
        List<Integer> chunks = database.jdbi()
                .withHandle(handle -> handle.createQuery("select seq from blob_chunk where blob_id = :id order by seq")
                        .bind("id", id)
                        .mapTo(Integer.class)
                        .list());
        for (int seq : chunks) {
            int unused = database.jdbi()
                    .withHandle(
                            handle -> handle.execute("delete from blob_chunk where blob_id = ? and seq = ?", id, seq));
        }
        int unused = database.jdbi()
                .withHandle(handle ->
                        handle.execute("delete from blob where id = ? and namespace in (?, ?)", id, UPLOADED, REMOVED));
    }

    /**
     * Removes a content whose removal is decided and committed, as {@link #remove}. A failure is logged: what is left is
     * swept later.
     */
    public void removeAfterwards(String id) {
        try {
            remove(id);
        } catch (RuntimeException e) {
            LOG.warn("the content {} of a blob could not be removed; it is swept later ({})", id, e.toString());
        }
    }

    /** Takes a content without a name, so that nobody can name it any more; false for one that has a name. */
    private boolean claim(String id) {
        return database.change(transaction -> {
            int claimed = transaction
                    .handle()
                    .execute(
                            "update blob set namespace = ?, name = ? where id = ? and namespace in (?, ?)",
                            REMOVED,
                            id,
                            id,
                            UPLOADED,
                            REMOVED);
            boolean isNamed = claimed == 0
                    && transaction
                            .handle()
                            .createQuery("select id from blob where id = :id")
                            .bind("id", id)
                            .mapTo(String.class)
                            .findOne()
                            .isPresent();
            return !isNamed;
        });
    }

    /**
     * Removes what crashes have left: contents without a name that are old, contents whose removal has not ended, and rows
     * of no content at all.
     *
     * @return the number of contents
     */
    public int sweep() {
        Instant old = clock.instant().minus(MAX_UPLOAD);
        List<String> left = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select id from blob where namespace = :removed or (namespace = :uploaded and created_at < :old)"
                                + " union select blob_id from blob_chunk where not exists"
                                + " (select 1 from blob where blob.id = blob_chunk.blob_id)")
                .bind("removed", REMOVED)
                .bind("uploaded", UPLOADED)
                .bind("old", old)
                .mapTo(String.class)
                .list());
        left.forEach(this::remove);
        return left.size();
    }

    /** One row of a content; empty when it was removed. */
    public Optional<byte[]> chunk(String id, int seq) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select content from blob_chunk where blob_id = :id and seq = :seq")
                .bind("id", id)
                .bind("seq", seq)
                .map((row, context) -> row.getBytes("content"))
                .findOne());
    }

    /**
     * A part of a content. The stream holds one row and no connection between two reads; it fails, instead of ending early,
     * when the content is removed meanwhile.
     *
     * @param chunks reads a row by its number, as {@link #chunk}
     */
    public static InputStream stream(String id, long from, long length, IntFunction<Optional<byte[]>> chunks) {
        return new ChunkStream(id, from, length, chunks);
    }
}
