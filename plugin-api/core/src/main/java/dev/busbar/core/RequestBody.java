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
 * has answered. Read by one thread; {@link #problem()} and the times of waiting are read by any.
 */
public final class RequestBody extends InputStream {
    /** The value of {@link #waitingSince()} while it and {@link #waitedNanos()} change. */
    public static final long CHANGING = -2;

    private final InputStream in;
    private final long maxBytes;
    private final BooleanSupplier revoked;
    private volatile long count;
    private volatile long waitingSince;
    private volatile long waitedNanos;
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
        return waitingSince != 0;
    }

    /** Since when the reader waits for the client, by {@link System#nanoTime()}; 0 while it does not. */
    public long waitingSince() {
        return waitingSince;
    }

    /** How long the reader has waited for the client until the last read returned. */
    public long waitedNanos() {
        return waitedNanos;
    }

    /** How many bytes were read. */
    public long count() {
        return count;
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
        long now = count + Math.max(n, 0);
        count = now;
        if (now > maxBytes) {
            ProblemException tooLarge = Problems.payloadTooLarge(maxBytes);
            problem = tooLarge;
            throw tooLarge;
        }
        return n;
    }

    private int readWaiting(byte[] buffer, int offset, int length) throws IOException {
        long since = System.nanoTime() | 1; // 0 means that nobody waits
        waitingSince = since;
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
            long before = waitedNanos;
            waitingSince = CHANGING;
            waitedNanos = before + System.nanoTime() - since;
            waitingSince = 0;
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
