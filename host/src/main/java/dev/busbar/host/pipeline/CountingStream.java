package dev.busbar.host.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are written to another stream. Written to by one thread; the count may be read by any. */
final class CountingStream extends OutputStream {
    private OutputStream out = OutputStream.nullOutputStream();
    private final AtomicLong count = new AtomicLong();

    void to(OutputStream target) {
        out = target;
    }

    long count() {
        return count.get();
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
        count.incrementAndGet();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        count.addAndGet(length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
