package dev.busbar.host.auditlog;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of an input that nobody vouches for: of one that is too long only the beginning is kept, and what comes
 * behind the end that was agreed on is not read. For one thread.
 */
final class BoundedLines implements AutoCloseable {
    private final InputStream in;
    private final int longest;
    private long left;
    private long number;
    private boolean cut;

    /**
     * Lines of at most so many bytes.
     *
     * @param bytes how much of the input counts
     */
    BoundedLines(InputStream in, long bytes, int longest) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.left = bytes;
        this.longest = longest;
    }

    /** The next line that has its end; of one that is too long one byte more than there may be. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        boolean begun = false;
        while (left > 0) {
            int letter = in.read();
            left--;
            if (letter < 0) {
                break;
            }
            if (letter == '\n') {
                number++;
                return Optional.of(line.toByteArray());
            }
            begun = true;
            if (line.size() <= longest) {
                line.write(letter);
            }
        }
        cut = begun;
        return Optional.empty();
    }

    /** How many lines there were by now. */
    long number() {
        return number;
    }

    /** Whether the input ended within a line. */
    boolean isCut() {
        return cut;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
