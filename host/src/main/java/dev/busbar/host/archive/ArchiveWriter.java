package dev.busbar.host.archive;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.tables.RowSum;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes an archive to a stream, with at most a chunk in memory. The stream stays open. Complete only after
 * {@link #finish}. For one thread, once.
 */
public final class ArchiveWriter {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final JsonCodec JSON = JsonCodec.withoutTraces(ArchiveWriter.class.getClassLoader());

    private final OutputStream out;
    private final Manifest.Header header;
    private final long seconds;
    private final List<Manifest.Entry> entries = new ArrayList<>();
    private final List<Manifest.Rows> tables = new ArrayList<>();
    private @Nullable TableEntries table;

    /**
     * Begins an archive.
     *
     * @param key what it is encrypted with; empty for none
     */
    public ArchiveWriter(OutputStream target, Optional<ArchiveKey> key, Manifest.Header header) throws IOException {
        this.out = key.isPresent() ? EncryptedOutput.begin(target, key.get()) : target;
        this.header = header;
        this.seconds = Instant.parse(header.createdAt()).getEpochSecond();
        entry(Manifest.HEADER_NAME, JSON.encode(header));
    }

    /** The rows of one table, in entries of about a chunk. */
    private static final class TableEntries {
        private final String name;
        private final RowSum sum = new RowSum();
        private final ByteArrayOutputStream lines = new ByteArrayOutputStream(CHUNK_BYTES);
        private int number;

        TableEntries(String name) {
            this.name = name;
        }

        String nextName() {
            number++;
            return String.format("tables/%s/%08d.ndjson", name, number);
        }
    }

    /** Begins the rows of a table; one without rows is in the manifest only. */
    public void table(String name) throws IOException {
        endTable();
        table = new TableEntries(name);
    }

    /** Writes a row of the table, as a line without its end. */
    public void row(byte[] line) throws IOException {
        TableEntries open = table;
        if (open == null) {
            throw new IllegalStateException("row: of no table (expected: table() before)");
        }
        if (open.lines.size() > 0 && open.lines.size() + line.length >= CHUNK_BYTES) {
            write(open);
        }
        open.sum.add(line);
        open.lines.writeBytes(line);
        open.lines.write('\n');
    }

    private void endTable() throws IOException {
        TableEntries open = table;
        if (open != null) {
            if (open.lines.size() > 0) {
                write(open);
            }
            tables.add(new Manifest.Rows(open.name, open.sum.rows(), open.sum.sum()));
            table = null;
        }
    }

    private void write(TableEntries open) throws IOException {
        entry(open.nextName(), open.lines.toByteArray());
        open.lines.reset();
    }

    private void entry(String name, byte[] content) throws IOException {
        MessageDigest digest = Digests.sha256();
        digest.update(content);
        out.write(Tar.header(name, content.length, seconds));
        out.write(content);
        out.write(new byte[Tar.padding(content.length)]);
        entries.add(new Manifest.Entry(name, content.length, Digests.hex(digest)));
    }

    /**
     * Writes a file.
     *
     * @param name below {@code files/}
     * @param size its size in bytes; what has been appended since is left out
     * @throws EOFException when it is shorter
     */
    public void file(String name, long size, InputStream content) throws IOException {
        endTable();
        String entry = "files/" + name;
        if (!Manifest.NAMES.matcher(entry).matches()) {
            throw new IllegalArgumentException("entry: " + entry + " (expected: letters, digits, points, hyphens)");
        }
        MessageDigest digest = Digests.sha256();
        out.write(Tar.header(entry, size, seconds));
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = size; left > 0; ) {
            int count = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException(name + " has become shorter while it was read");
            }
            digest.update(buffer, 0, count);
            out.write(buffer, 0, count);
            left -= count;
        }
        out.write(new byte[Tar.padding(size)]);
        entries.add(new Manifest.Entry(entry, size, Digests.hex(digest)));
    }

    /** Writes the manifest and the end of the archive; the stream is flushed, not closed. */
    public Manifest finish() throws IOException {
        endTable();
        Manifest manifest = new Manifest(header, entries, tables);
        byte[] json = JSON.encode(manifest);
        out.write(Tar.header(Manifest.NAME, json.length, seconds));
        out.write(json);
        out.write(new byte[Tar.padding(json.length)]);
        out.write(new byte[2 * Tar.BLOCK]);
        if (out instanceof EncryptedOutput encrypted) {
            encrypted.finish();
        }
        out.flush();
        return manifest;
    }
}
