package dev.busbar.host.archive;

import java.io.IOException;
import java.io.InputStream;

/** Decrypts what it reads; nothing is returned that was not verified. For one thread. */
final class DecryptedInput extends InputStream {
    private static final int SEALED_BYTES = Sealing.CHUNK_BYTES + Sealing.TAG_BYTES;

    private final InputStream source;
    private final Sealing sealing;
    private byte[] next;
    private byte[] chunk = new byte[0];
    private int position;
    private boolean ended;

    /** @param source behind the header */
    DecryptedInput(InputStream source, Sealing sealing) throws IOException {
        this.source = source;
        this.sealing = sealing;
        this.next = source.readNBytes(SEALED_BYTES);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (position == chunk.length) {
            if (ended) {
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
        byte[] sealed = next;
        next = sealed.length == SEALED_BYTES ? source.readNBytes(SEALED_BYTES) : new byte[0];
        ended = next.length == 0;
        if (sealed.length < Sealing.TAG_BYTES) {
            throw new ArchiveException("the archive is cut off (expected: a last chunk)");
        }
        chunk = sealing.unseal(sealed, sealed.length, ended);
        position = 0;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
