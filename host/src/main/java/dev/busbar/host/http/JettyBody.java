package dev.busbar.host.http;

import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.threads.NonBlocking;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request. Read by one thread; {@link #giveUp} is called by the thread that answers, possibly another
 * one. After that no read reaches the connection, where the next request may already be arriving.
 *
 * <p>Every access to Jetty's request holds one lock, and none blocks: completing a response reads the rest of the body,
 * and a concurrent reader inside Jetty would share its buffers and mix up two requests. A reader waits for content on
 * the lock, outside of Jetty.
 */
final class JettyBody extends InputStream {
    /** The max size of an unread body that is read so that the connection can be kept. */
    private static final int MAX_DISCARD_BYTES = 64 * 1024;

    /** The max number of bytes that are read after the response, so that a client that is still sending receives it. */
    private static final long MAX_DROP_BYTES = 16L << 20;

    /**
     * The number of times in succession that Jetty may announce content and have none: it does so for each segment of a
     * TLS record or a chunk header that is not complete yet, and without end on a stream that has failed meanwhile.
     */
    private static final int MAX_FALSE_ALARMS = 256;

    /** The initial buffer for a body of unknown length. */
    private static final int FIRST_BYTES = 1 << 10;

    /** Listener for the end of {@link #dropRest}. */
    interface Dropped {
        /** Called once: the content has ended, or its limit was reached. */
        void dropped(boolean atEnd);
    }

    private enum State {
        UNTOUCHED,
        READING,
        AT_END,
        GIVEN_UP
    }

    private final Request request;
    private final Object lock = new Object();
    private State state = State.UNTOUCHED;
    private Content.@Nullable Chunk chunk;
    private boolean demanded;
    private boolean demanding;
    private boolean arriving;
    private @Nullable Dropped whenDropped;
    private long received;
    private long dropped;
    private boolean announced;
    private int falseAlarms;
    private ByteBuffer collected = BufferUtil.EMPTY_BUFFER;
    private int exact = -1;
    private Exchange.@Nullable Collected whenComplete;
    private int growsTo;
    private boolean larger;
    private @Nullable Throwable failed;
    private int served;
    private volatile long arrived;
    private volatile long awaitedNanos;
    private volatile long awaitedSince;

    JettyBody(Request request) {
        this.request = request;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        synchronized (lock) {
            while (true) {
                requireReadable();
                if (state == State.AT_END) {
                    requireComplete();
                    return -1;
                }
                state = State.READING;
                int count = copyCollected(buffer, offset, length);
                if (count > 0) {
                    return count;
                }
                Content.Chunk now = next();
                if (now == null) {
                    awaitMore();
                } else if (now.hasRemaining()) {
                    return copy(now, buffer, offset, length);
                } else {
                    finish(now);
                }
            }
        }
    }

    private void requireReadable() throws IOException {
        if (state == State.GIVEN_UP) {
            throw new IOException("the request was answered; its body can no longer be read");
        }
    }

    /** Jetty does not compare the length of a body that ends with the trailers of HTTP/2. */
    private void requireComplete() throws IOException {
        if (received < request.getLength()) {
            throw new IOException("the body is incomplete");
        }
    }

    /** Copies of the first part, which was collected before the body turned out to be larger. */
    private int copyCollected(byte[] buffer, int offset, int length) {
        int count = larger ? Math.min(collected.position() - served, length) : 0;
        if (count > 0) {
            System.arraycopy(collected.array(), served, buffer, offset, count);
            served += count;
            received += count;
            if (served == collected.position()) {
                larger = false;
                collected = BufferUtil.EMPTY_BUFFER;
            }
        }
        return count;
    }

    private Content.@Nullable Chunk next() throws IOException {
        if (chunk == null && !demanded) {
            chunk = readContent();
        }
        Content.Chunk now = chunk;
        if (now != null && Content.Chunk.isFailure(now)) {
            throw new IOException("the body is incomplete", now.getFailure());
        }
        return now;
    }

    private int copy(Content.Chunk now, byte[] buffer, int offset, int length) {
        int count = Math.min(now.remaining(), length);
        now.getByteBuffer().get(buffer, offset, count);
        received += count;
        arrived = received;
        if (!now.hasRemaining()) {
            finish(now);
        }
        return count;
    }

    private void finish(Content.Chunk read) {
        if (read.isLast()) {
            state = State.AT_END;
        }
        read.release();
        chunk = null;
    }

    private void awaitMore() throws IOException {
        if (!demanded && !demand()) {
            throw neverArrives();
        }
        long before = awaitedNanos;
        long since = System.nanoTime() | 1; // 0 where nobody waits
        awaitedSince = since;
        try {
            while (demanded && state == State.READING) {
                lock.wait();
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while waiting for the client");
        } finally {
            awaitedSince = 0; // before the sum, so that nobody adds this wait twice
            awaitedNanos = before + System.nanoTime() - since;
        }
    }

    private static IOException neverArrives() {
        return new IOException("the body is incomplete: content was announced, and never there");
    }

    private Content.@Nullable Chunk readContent() {
        Content.Chunk read = request.read();
        if (read != null && (read.hasRemaining() || read.isLast())) {
            announced = false;
            falseAlarms = 0;
        }
        return read;
    }

    /**
     * Has {@link #arrived} called when there is more, or finds out that there is some already: then nothing is demanded
     * afterwards. Returns false where that was said too often and not true.
     */
    private boolean demand() {
        if (announced && ++falseAlarms > MAX_FALSE_ALARMS) {
            return false;
        }
        announced = false;
        demanded = true;
        demanding = true;
        try {
            request.demand(this::arrived);
        } finally {
            demanding = false;
        }
        return true;
    }

    /** Called by Jetty, on a server thread; on the thread that demands, and before that returns, if there is more already. */
    private void arrived() {
        boolean dropping;
        synchronized (lock) {
            demanded = false;
            announced = true;
            lock.notifyAll();
            if (demanding) {
                return; // this is the thread that demands, which reads on
            }
            dropping = whenDropped != null;
        }
        if (dropping) {
            drop();
        } else {
            gather(); // which may answer, and then drops the rest itself
        }
    }

    private void gather() {
        Exchange.Collected receiver;
        synchronized (lock) {
            if (whenComplete == null || (!isGathered() && !larger && failed == null)) {
                return;
            }
            receiver = whenComplete;
            whenComplete = null;
        }
        NonBlocking.run(() -> tell(receiver));
    }

    /**
     * Notifies the pipeline. Jetty calls this on the thread that reads from the connection or on another one, so it
     * must not block.
     */
    private void tell(Exchange.Collected receiver) {
        Throwable cause = failed;
        if (cause != null) {
            receiver.failed(cause);
        } else if (larger) {
            receiver.exceeded();
        } else {
            receiver.complete(
                    collected.hasRemaining()
                            ? Arrays.copyOf(collected.array(), collected.position())
                            : collected.array());
        }
    }

    /** Reads the available content. */
    private boolean isGathered() {
        while (state == State.READING) {
            Content.Chunk now = readContent();
            if (now == null) {
                if (!demand()) {
                    failed = neverArrives();
                }
                if (failed != null || demanded) {
                    return false;
                }
                continue;
            }
            failed = Content.Chunk.isFailure(now) ? now.getFailure() : null;
            if (failed != null || !hasRoom(now.remaining())) {
                chunk = now; // read by the handler, or given up by the thread that answers
                return false;
            }
            collected.put(now.getByteBuffer());
            arrived = collected.position();
            finish(now);
        }
        if (state == State.AT_END && exact >= 0 && collected.position() != exact) {
            failed = new IOException("the body has another length than announced");
        }
        return state == State.AT_END && failed == null;
    }

    /** The number of bytes that were collected or read. */
    long arrivedBytes() {
        return arrived;
    }

    /** See {@link Exchange#awaitedNanos}. */
    long awaitedNanos() {
        long before = awaitedNanos;
        long since = awaitedSince;
        return since == 0 ? -1 : before + System.nanoTime() - since;
    }

    private boolean hasRoom(int more) {
        int wanted = collected.position() + more;
        if (more <= collected.remaining() || growsTo == 0) {
            return more <= collected.remaining();
        }
        if (wanted > growsTo) {
            larger = true;
            return false;
        }
        int capacity = Math.max(wanted, (int) Math.min(growsTo, 2L * collected.capacity()));
        Exchange.Collected receiver = whenComplete;
        if (receiver != null) {
            try {
                receiver.reserve(capacity);
            } catch (RuntimeException refused) { // a problem for the client
                failed = refused;
                return false;
            }
        }
        collected = ByteBuffer.wrap(Arrays.copyOf(collected.array(), capacity)).position(collected.position());
        return true;
    }

    /** Collects a body of known length as it arrives; see {@link Exchange#collect}. */
    void collect(int length, Exchange.Collected whenAll) {
        collect(Math.min(length, FIRST_BYTES), length, length, whenAll);
    }

    /** Collects a body of unknown length as it arrives; see {@link Exchange#collectUpTo}. */
    void collectUpTo(int max, Exchange.Collected whenAll) {
        collect(Math.min(max, FIRST_BYTES), max, -1, whenAll);
    }

    /** Allocates memory as bytes arrive: a declared length proves nothing. */
    private void collect(int first, int max, int declared, Exchange.Collected whenAll) {
        synchronized (lock) {
            if (state != State.UNTOUCHED) {
                throw new IllegalStateException("the body is being read already");
            }
            state = State.READING;
            collected = ByteBuffer.allocate(first);
            growsTo = max;
            exact = declared;
            whenComplete = whenAll;
        }
        gather();
    }

    /**
     * Reads and drops what a client still sends after the response. Closing immediately would reset the connection, and
     * the client would lose the response.
     *
     * @param whenOver is called once, at the end of the content or the limit
     */
    void dropRest(Dropped whenOver) {
        synchronized (lock) {
            whenDropped = whenOver;
            if (demanded) {
                return;
            }
        }
        drop();
    }

    /** Drops what has arrived. */
    private void drop() {
        boolean atEnd = false;
        synchronized (lock) {
            while (whenDropped != null && dropped <= MAX_DROP_BYTES) {
                Content.Chunk unread = readContent();
                if (unread == null) {
                    if (!demand()) {
                        break;
                    }
                    if (demanded) {
                        return;
                    }
                    continue;
                }
                boolean over = unread.isLast() || Content.Chunk.isFailure(unread);
                dropped += unread.remaining();
                unread.release();
                if (over) {
                    atEnd = true;
                    break;
                }
            }
        }
        endDropping(atEnd);
    }

    /** Ends {@link #dropRest}, from any thread. */
    void stopDropping() {
        endDropping(false);
    }

    private void endDropping(boolean atEnd) {
        Dropped over;
        synchronized (lock) {
            over = whenDropped;
            whenDropped = null;
        }
        if (over != null) {
            over.dropped(atEnd);
        }
    }

    /**
     * Returns whether the client may still be sending: it does not wait for {@code 100 Continue}, and the end was not
     * read.
     */
    boolean isArriving() {
        synchronized (lock) {
            return arriving;
        }
    }

    @Override
    public int available() {
        synchronized (lock) {
            return chunk == null ? 0 : chunk.remaining();
        }
    }

    /**
     * Ends all reading.
     *
     * @return whether the body was read to its end, so that the connection can be reused
     */
    boolean giveUp() {
        synchronized (lock) {
            State before = state;
            state = State.GIVEN_UP;
            whenComplete = null;
            if (chunk != null) {
                chunk.release();
                chunk = null;
            }
            lock.notifyAll();
            boolean clean =
                    switch (before) {
                        case AT_END -> true;
                        case UNTOUCHED -> isAbsent() || (!isExpected() && discard());
                        case READING -> !demanded && discard();
                        case GIVEN_UP -> false;
                    };
            arriving = !clean && !(before == State.UNTOUCHED && isExpected());
            return clean;
        }
    }

    /** Returns whether there is no body; over HTTP/2 one without a declared length has to be read to know. */
    private boolean isAbsent() {
        long length = request.getLength();
        return length == 0
                || (length < 0
                        && request.getConnectionMetaData().getHttpVersion().getVersion() < 20
                        && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
    }

    /** Returns whether the client waits for {@code 100 Continue}, which a read would send. */
    private boolean isExpected() {
        return request.getHeaders().contains(HttpHeader.EXPECT);
    }

    /** Discards what has already arrived. */
    private boolean discard() {
        int discarded = 0;
        while (discarded <= MAX_DISCARD_BYTES) {
            Content.Chunk unread = request.read();
            if (unread == null || Content.Chunk.isFailure(unread)) {
                return false;
            }
            discarded += unread.remaining();
            boolean last = unread.isLast();
            unread.release();
            if (last) {
                return true;
            }
        }
        return false;
    }
}
