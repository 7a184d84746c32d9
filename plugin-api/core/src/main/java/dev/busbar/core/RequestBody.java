package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body as a handler may read it: counted against the route's limit while it streams in, and dead once somebody else
 * has answered. Read by one thread; {@link #waiting()} and {@link #problem()} by any.
 */
public final class RequestBody extends InputStream {
    private final InputStream in;
    private final long maxBytes;
    private final BooleanSupplier revoked;
    private long count;
    private volatile boolean waiting;
    private volatile @Nullable ProblemException problem;

    /**
     * Wraps the body of an exchange.
     *
     * @param revoked whether the reader has lost the right to read
     */
    public RequestBody(InputStream in, long maxBytes, BooleanSupplier revoked) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.revoked = revoked;
    }

    /** Whether the reader waits for the client at this moment. */
    public boolean waiting() {
        return waiting;
    }

    /** Why reading was cut off, or null; it outweighs whatever the handler made of it. */
    public @Nullable ProblemException problem() {
        return problem;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        ProblemException known = problem;
        if (known != null) {
            throw known;
        }
        if (length == 0) {
            return 0;
        }
        requireOpen();
        int n = readWaiting(buffer, offset, length);
        requireOpen();
        count += Math.max(n, 0);
        if (count > maxBytes) {
            ProblemException tooLarge = Problems.payloadTooLarge(maxBytes);
            problem = tooLarge;
            throw tooLarge;
        }
        return n;
    }

    private int readWaiting(byte[] buffer, int offset, int length) throws IOException {
        waiting = true;
        try {
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            requireOpen();
            // The client went away, sent what is no HTTP or fell silent: nothing the handler could be blamed for.
            problem = e.getCause() instanceof TimeoutException
                    ? Problems.requestTimeout()
                    : ProblemException.badRequest("the body could not be read to its end");
            throw e;
        } finally {
            waiting = false;
        }
    }

    @Override
    public int available() throws IOException {
        return revoked.getAsBoolean() ? 0 : in.available();
    }

    private void requireOpen() throws IOException {
        if (revoked.getAsBoolean()) {
            throw new IOException("the request was answered already; its body can no longer be read");
        }
    }
}
