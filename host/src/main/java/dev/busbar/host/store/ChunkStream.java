package dev.busbar.host.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.IntFunction;

/** Reads a part of a blob chunk by chunk, each with a query of its own. For one thread, like any stream. */
final class ChunkStream extends InputStream {
    private final String id;
    private final IntFunction<Optional<byte[]>> chunks;
    private long remaining;
    private int nextSeq;
    private int nextPosition;
    private byte[] chunk = new byte[0];
    private int position;

    ChunkStream(String id, long from, long length, IntFunction<Optional<byte[]>> chunks) {
        this.id = id;
        this.chunks = chunks;
        this.remaining = length;
        this.nextSeq = (int) (from / BlobContents.CHUNK_BYTES);
        this.nextPosition = (int) (from % BlobContents.CHUNK_BYTES);
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
        if (remaining == 0) {
            return -1;
        }
        if (position == chunk.length) {
            fetch();
        }
        int count = (int) Math.min(remaining, Math.min(length, chunk.length - position));
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        remaining -= count;
        return count;
    }

    private void fetch() throws IOException {
        byte[] next = chunks.apply(nextSeq).orElse(new byte[0]);
        if (next.length <= nextPosition) {
            throw new IOException("blob " + id + ": chunk " + nextSeq + " is not there (expected: " + remaining
                    + " more bytes; deleted while it was read?)");
        }
        chunk = next;
        position = nextPosition;
        nextPosition = 0;
        nextSeq++;
    }
}
