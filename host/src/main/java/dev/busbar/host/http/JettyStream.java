package dev.busbar.host.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * The buffered content of a streaming response; it rejects writes once the response was completed elsewhere. Written by
 * one thread.
 */
final class JettyStream extends OutputStream {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final OutputStream out;
    private final BooleanSupplier completed;
    private final Runnable whenClosed;
    private boolean closed;

    JettyStream(OutputStream out, BooleanSupplier completed, Runnable whenClosed) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.completed = completed;
        this.whenClosed = whenClosed;
    }

    @Override
    public void write(int b) throws IOException {
        requireOpen();
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        requireOpen();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            requireOpen();
            out.close();
            whenClosed.run();
        }
    }

    private void requireOpen() throws IOException {
        if (completed.getAsBoolean()) {
            throw new IOException("the response is complete; nothing can be written to it");
        }
    }
}
