package dev.busbar.core.state;

import dev.busbar.plugin.state.TooLargeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The size and the SHA-256 of what was read of a stream, which fails beyond a limit. For one thread. */
public final class MeasuredStream extends FilterInputStream {
    private final String label;
    private final long maxBytes;
    private final MessageDigest digest = sha256();
    private long size;

    MeasuredStream(InputStream in, String label, long maxBytes) {
        super(in);
        this.label = label;
        this.maxBytes = maxBytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count > 0) {
            size += count;
            if (size > maxBytes) {
                throw TooLargeException.of(label, maxBytes);
            }
            digest.update(target, offset, count);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Skips nothing, because that would not be measured. */
    @Override
    public long skip(long count) {
        return 0;
    }

    /** The number of bytes. */
    public long size() {
        return size;
    }

    /** The SHA-256 of what was read, in hexadecimal digits. Called once, at the end. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
