package dev.busbar.host.jobs;

import dev.busbar.core.JsonCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** JSON of a bounded size: what is larger is refused while it is written. Used by one thread. */
final class BoundedBytes extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final String what;
    private final int max;
    private boolean full;

    /** A value that is too large. */
    static final class TooLargeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        TooLargeException(String message) {
            super(message);
        }
    }

    private BoundedBytes(String what, int max) {
        this.what = what;
        this.max = max;
    }

    /**
     * Encodes a value.
     *
     * @param what the object, as it begins a sentence: {@code job result}
     * @throws TooLargeException when it is larger
     * @throws IllegalArgumentException when it cannot be written as JSON
     */
    static byte[] encode(JsonCodec json, Object value, String what, int max) {
        BoundedBytes out = new BoundedBytes(what, max);
        try {
            json.encode(value, out);
        } catch (IOException e) {
            if (out.full) {
                throw new TooLargeException(out.tooLarge());
            }
            throw new IllegalArgumentException(
                    what + ": a " + value.getClass().getName() + " cannot be written as JSON", e);
        }
        return out.bytes.toByteArray();
    }

    private String tooLarge() {
        return what + ": more than " + max + " bytes (expected: at most " + max + "; larger data belongs in a blob)";
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int count) throws IOException {
        if (bytes.size() + count > max) {
            full = true;
            throw new IOException(tooLarge());
        }
        bytes.write(source, from, count);
    }
}
