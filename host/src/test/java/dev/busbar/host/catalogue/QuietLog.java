package dev.busbar.host.catalogue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts logged lines instead of printing them. */
final class QuietLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final AtomicInteger lines = new AtomicInteger();

    QuietLog() {
        System.setErr(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        if (b == '\n') {
                            lines.incrementAndGet();
                        }
                    }
                },
                false,
                StandardCharsets.UTF_8));
    }

    int lines() {
        return lines.get();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
