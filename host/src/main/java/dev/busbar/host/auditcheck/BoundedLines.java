package dev.busbar.host.auditcheck;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of an untrusted input, bounded in length each and in all: of a line that is too long only the beginning is
 * returned, and bytes beyond the total are not read. For one thread.
 */
final class BoundedLines implements AutoCloseable {
    private final InputStream in;
    private final int maxLineBytes;
    private long left;
    private long number;
    private boolean cut;

    /**
     * The lines of an input.
     *
     * @param bytes the total to read
     * @param maxLineBytes the length of a line beyond which it is cut
     */
    BoundedLines(InputStream in, long bytes, int maxLineBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.left = bytes;
        this.maxLineBytes = maxLineBytes;
    }

    /** The next complete line; one that is too long has one byte more than the maximum. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        boolean begun = false;
        while (left > 0) {
            int next = in.read();
            left--;
            if (next < 0) {
                break;
            }
            if (next == '\n') {
                number++;
                return Optional.of(line.toByteArray());
            }
            begun = true;
            if (line.size() <= maxLineBytes) {
                line.write(next);
            }
        }
        cut = begun;
        return Optional.empty();
    }

    /** The number of the last line, from 1 on. */
    long number() {
        return number;
    }

    /** True if the input ended within a line. */
    boolean isCut() {
        return cut;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
