package dev.busbar.host.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a blob chunk by chunk, each with a query of its own. For one thread, like any stream. */
final class ChunkStream extends InputStream {
    private final Database database;
    private final String id;
    private long remaining;
    private int nextSeq;
    private byte[] chunk = new byte[0];
    private int position;

    ChunkStream(Database database, String id, long size) {
        this.database = database;
        this.id = id;
        this.remaining = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == chunk.length) {
            if (remaining == 0) {
                return -1;
            }
            fetch();
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        return count;
    }

    private void fetch() throws IOException {
        Optional<byte[]> next = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select content from blob_chunk where blob_id = :id and seq = :seq")
                .bind("id", id)
                .bind("seq", nextSeq)
                .map((row, context) -> row.getBytes("content"))
                .findOne());
        chunk = next.orElseThrow(() -> new IOException("blob " + id + ": chunk " + nextSeq + " is not there (expected: "
                + remaining + " more bytes; deleted while it was read?)"));
        position = 0;
        nextSeq++;
        remaining -= chunk.length;
    }
}
