package dev.busbar.host.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request. Read by one thread; {@link #giveUp} comes from the one that answers, which may be another, and
 * then no read reaches the connection any more, where the next request may already be on its way.
 */
final class JettyBody extends InputStream {
    /** How much of an unread body is worth reading to keep the connection. */
    private static final int MAX_DISCARD_BYTES = 64 * 1024;

    private enum State {
        UNTOUCHED,
        READING,
        AT_END,
        GIVEN_UP
    }

    private final Request request;
    private final InputStream in;
    private final AtomicReference<State> state = new AtomicReference<>(State.UNTOUCHED);

    JettyBody(Request request) {
        this.request = request;
        this.in = Content.Source.asInputStream(request);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        state.compareAndSet(State.UNTOUCHED, State.READING);
        State now = state.get();
        if (now == State.AT_END) {
            return -1;
        }
        if (now == State.GIVEN_UP) {
            throw new IOException("the request was answered; its body can no longer be read");
        }
        int n = in.read(buffer, offset, length);
        if (n < 0) {
            state.compareAndSet(State.READING, State.AT_END);
        }
        return n;
    }

    @Override
    public int available() throws IOException {
        return state.get() == State.READING ? in.available() : 0;
    }

    /**
     * Ends all reading.
     *
     * @return whether nothing of the body is left, so that the connection can go on
     */
    boolean giveUp() {
        State before = state.getAndSet(State.GIVEN_UP);
        return switch (before) {
            case AT_END -> true;
            case UNTOUCHED -> isAbsent() || discard();
            case READING, GIVEN_UP -> false;
        };
    }

    private boolean isAbsent() {
        return request.getLength() == 0
                || (request.getLength() < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
    }

    /** Throws away what has arrived already; asking for more would tell a waiting client to continue. */
    private boolean discard() {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return false;
        }
        int discarded = 0;
        while (discarded <= MAX_DISCARD_BYTES) {
            Content.Chunk chunk = request.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return false;
            }
            discarded += chunk.remaining();
            boolean last = chunk.isLast();
            chunk.release();
            if (last) {
                return true;
            }
        }
        return false;
    }
}
