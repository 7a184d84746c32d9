package dev.busbar.host.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Body of a response that fails with a timeout when nothing arrives for a while. For one thread. */
final class WatchedStream extends FilterInputStream {
    private final Duration limit;
    private volatile boolean late;

    WatchedStream(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> unused =
                done.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(timeout -> giveUp());
        try {
            int count = in.read(bytes, offset, length);
            if (!late) {
                return count;
            }
        } catch (IOException e) {
            if (!late) {
                throw e;
            }
        } finally {
            done.complete(null);
        }
        throw new HttpTimeoutException("the response has stalled");
    }

    /** Unblocks the reading thread by closing the stream on another one. */
    private Void giveUp() {
        late = true;
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return null;
    }
}
