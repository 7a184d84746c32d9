package dev.busbar.turbo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that can be read a second time if it is short. What it holds is bounded. Used by one thread. */
final class ReplayableBody extends FilterInputStream {
    /** The longest body that can be read again. */
    static final int MAX_BYTES = 2 << 20;

    private static final int INITIAL_BYTES = 8192;

    private ByteArrayOutputStream start = new ByteArrayOutputStream(INITIAL_BYTES);
    private boolean tooLong;

    ReplayableBody(InputStream body) {
        super(body);
    }

    /** Whether more has been read than is held. */
    boolean isTooLong() {
        return tooLong;
    }

    /** The body from its first byte, once all of it has been read and it is not {@linkplain #isTooLong() too long}. */
    InputStream replay() {
        return new ByteArrayInputStream(start.toByteArray());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0 && !tooLong) {
            tooLong = start.size() + count > MAX_BYTES;
            if (tooLong) {
                start = new ByteArrayOutputStream(0);
            } else {
                start.write(buffer, offset, count);
            }
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
