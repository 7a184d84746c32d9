package dev.busbar.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Non-blocking parser of successive small HTTP/1.1 responses with a Content-Length. Used by one thread. */
final class AnswerReader {
    private static final int MAX_BYTES = 64 * 1024;
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = 9;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
    private final byte[] bytes = new byte[MAX_BYTES];
    private int count;
    private int headEnd = -1;
    private int length = -1;

    /** Reads available bytes; true once the response is complete. */
    boolean readFrom(ReadableByteChannel channel) throws IOException {
        buffer.clear();
        buffer.limit(MAX_BYTES - count);
        int n = channel.read(buffer);
        if (n < 0) {
            throw new EOFException("connection closed by the server");
        }
        buffer.flip();
        buffer.get(bytes, count, n);
        count += n;
        if (headEnd < 0) {
            findEnd();
        }
        return headEnd >= 0 && count >= headEnd + length;
    }

    private void findEnd() throws IOException {
        int lineStart = 0;
        for (int i = 1; i < count; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            if (i - lineStart == 1) {
                headEnd = i + 1;
                if (length < 0) {
                    throw new IOException("an answer without Content-Length, status " + status());
                }
                return;
            }
            if (isLength(lineStart)) {
                String value = new String(
                        bytes, lineStart + LENGTH.length, i - lineStart - LENGTH.length, StandardCharsets.US_ASCII);
                length = Integer.parseInt(value.strip());
            }
            lineStart = i + 1;
        }
    }

    private boolean isLength(int from) {
        for (int i = 0; i < LENGTH.length; i++) {
            if ((bytes[from + i] | 0x20) != (LENGTH[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** The status of the response. */
    int status() {
        return (bytes[STATUS_AT] - '0') * 100 + (bytes[STATUS_AT + 1] - '0') * 10 + bytes[STATUS_AT + 2] - '0';
    }

    /** The fault of the response; empty if it has an expected status and body, or any body if none is given. */
    String wrong(Set<Integer> statuses, byte[] body) {
        if (!statuses.contains(status())) {
            return String.format(Locale.ROOT, "status %d", status());
        }
        boolean same = body.length == 0 || Arrays.equals(body, 0, body.length, bytes, headEnd, headEnd + length);
        return same ? "" : "another body";
    }

    /** Resets for the next response. */
    void clear() {
        count = 0;
        headEnd = -1;
        length = -1;
    }
}
