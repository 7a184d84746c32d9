package dev.busbar.host.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/** Encrypts what is written to it; complete only after {@link #finish}. Does not close its target. For one thread. */
final class EncryptedOutput extends OutputStream {
    private final OutputStream target;
    private final Sealing sealing;
    private final byte[] chunk = new byte[Sealing.CHUNK_BYTES];
    private int used;

    private EncryptedOutput(OutputStream target, Sealing sealing) {
        this.target = target;
        this.sealing = sealing;
    }

    static EncryptedOutput begin(OutputStream target, ArchiveKey key) throws IOException {
        byte[] salt = new byte[Sealing.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Sealing sealing = Sealing.create(key, salt);
        target.write(sealing.header());
        return new EncryptedOutput(target, sealing);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        for (int left = length; left > 0; ) {
            // A full chunk waits until more follows: whether it is the last one is part of it.
            if (used == chunk.length) {
                target.write(sealing.seal(chunk, used, false));
                used = 0;
            }
            int count = Math.min(left, chunk.length - used);
            System.arraycopy(bytes, from, chunk, used, count);
            used += count;
            from += count;
            left -= count;
        }
    }

    /** Writes the last chunk. */
    void finish() throws IOException {
        target.write(sealing.seal(chunk, used, true));
    }

    @Override
    public void flush() throws IOException {
        target.flush();
    }
}
