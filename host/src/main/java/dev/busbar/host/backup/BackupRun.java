package dev.busbar.host.backup;

import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.ArchiveReader;
import dev.busbar.host.archive.ArchiveWriter;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.backup.BackupView.State;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.tables.Table;
import dev.busbar.host.tables.TableStore;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One backup, from its snapshot to its listing. Run by one thread; what is shown of it may be asked by any, and
 * {@link #cancel} called by any.
 */
final class BackupRun {
    /**
     * The tables that no backup has: the names that running processes hold, and the starts that they have begun. On the
     * host that is restored neither is true.
     */
    static final Set<String> EXCEPT = Set.of("node", "generation_start");

    private static final int BUFFER_BYTES = 1 << 16;

    private final Database database;
    private final BackupSettings settings;
    private final BackupFolder folder;
    private final Origin origin;
    private final boolean automatic;
    private final Instant createdAt;
    private final String id;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private volatile boolean cancelled;

    /**
     * Where a backup is from.
     *
     * @param node the name of this node
     * @param version the version of the host
     * @param schema the version of the store's schema
     */
    record Origin(String node, String version, String schema) {}

    BackupRun(
            Database database,
            BackupSettings settings,
            BackupFolder folder,
            Origin origin,
            boolean automatic,
            Instant createdAt) {
        this.database = database;
        this.settings = settings;
        this.folder = folder;
        this.origin = origin;
        this.automatic = automatic;
        this.createdAt = createdAt;
        this.id = "backup-"
                + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                        .withZone(ZoneOffset.UTC)
                        .format(createdAt)
                + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    String id() {
        return id;
    }

    boolean isAutomatic() {
        return automatic;
    }

    /** Ends the run at its next row. */
    void cancel() {
        cancelled = true;
    }

    /** The backup while it runs. */
    BackupView running() {
        return view(State.RUNNING, Optional.empty(), Optional.empty());
    }

    /** The backup when it has failed. */
    BackupView failed(String why) {
        return view(State.FAILED, Optional.empty(), Optional.of(why));
    }

    private BackupView view(State state, Optional<String> sha256, Optional<String> problem) {
        return new BackupView(
                id,
                state,
                createdAt,
                origin.node(),
                automatic,
                settings.keyFile().isPresent(),
                state == State.DONE ? Optional.of(folder.archive(id).toString()) : Optional.empty(),
                bytes.get(),
                rows.get(),
                sha256,
                Optional.of(origin.schema()),
                Optional.of(origin.version()),
                problem);
    }

    /**
     * Writes the archive, reads it back, and lists it.
     *
     * @throws IOException when it cannot be written, or is not what was written; nothing is left of it then
     */
    BackupView run() throws IOException {
        Optional<ArchiveKey> key = settings.keyFile().isPresent()
                ? Optional.of(ArchiveKey.read(settings.keyFile().get()))
                : Optional.empty();
        boolean published = false;
        try {
            String sha256 = write(key);
            Manifest unused = ArchiveReader.read(folder.partial(id), key, new ArchiveReader.Visitor() {});
            BackupView done = view(State.DONE, Optional.of(sha256), Optional.empty());
            folder.publish(done);
            published = true;
            return done;
        } finally {
            if (!published) {
                folder.discard(id);
            }
        }
    }

    private String write(Optional<ArchiveKey> key) throws IOException {
        Manifest.Header header = Manifest.Header.of(
                origin.schema(),
                origin.version(),
                id,
                origin.node(),
                createdAt.toString(),
                new BackupStore(database).epoch());
        try (FileChannel channel = folder.create(id)) {
            Counted out = new Counted(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES));
            ArchiveWriter writer = new ArchiveWriter(out, key, header);
            // Before the snapshot: what a checkpoint of the audit log covers is in the store by then.
            IncludedFiles.write(settings.files(), writer);
            Manifest unused = database.<Manifest, IOException>snapshot(transaction -> export(transaction, writer));
            out.flush();
            channel.force(true);
            return HexFormat.of().formatHex(out.digest.digest());
        }
    }

    private Manifest export(Transaction transaction, ArchiveWriter writer) throws IOException {
        for (Table table : TableStore.tables(transaction)) {
            if (!EXCEPT.contains(table.name())) {
                writer.table(table.name());
                TableStore.read(transaction, table, line -> row(writer, line));
            }
        }
        return writer.finish();
    }

    private void row(ArchiveWriter writer, byte[] line) throws IOException {
        if (cancelled) {
            throw new IOException("the host is stopping");
        }
        writer.row(line);
        rows.incrementAndGet();
    }

    /** Counts and digests what is written. */
    private final class Counted extends FilterOutputStream {
        private final MessageDigest digest;

        Counted(OutputStream out) {
            super(out);
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("SHA-256: unknown (expected: every JDK has it)", e);
            }
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            out.write(content, offset, length);
            digest.update(content, offset, length);
            bytes.addAndGet(length);
        }
    }
}
