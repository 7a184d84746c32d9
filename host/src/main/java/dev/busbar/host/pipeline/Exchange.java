package dev.busbar.host.pipeline;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * One request and its answer as the server sees them; implemented by {@code http}. The request part may be read from any
 * thread until the answer is complete. Exactly one of {@link #send} and {@link #stream} is called, once: the
 * {@link Invocation} sees to that.
 */
public interface Exchange {
    /** Who is told what became of an answer. */
    @FunctionalInterface
    interface Done {
        /** Called once: all bytes were handed to the network, or the connection broke off before. */
        void done(boolean whole);
    }

    /** The method token as sent. */
    String method();

    /** The path as sent, still encoded, without the query. */
    String rawPath();

    /** The query as sent, still encoded; empty when there is none. */
    String rawQuery();

    /** All values of a header field, in order, the name compared without case. */
    List<String> headers(String name);

    /** The names of the header fields that were sent. */
    List<String> headerNames();

    /** The declared length of the body, in bytes; -1 when it is not declared. */
    long contentLength();

    /** The body; the same stream each time. A read may wait for the client. */
    InputStream body();

    /** Who gets a body that was read without a thread. */
    @FunctionalInterface
    interface Collected {
        /** Called at most once, on some server thread: the whole body is here. Must not block. */
        void whole(byte[] body);

        /** Called in its place, by {@link #collectUpTo}: the body is larger than what was asked for. */
        default void larger() {}
    }

    /**
     * Reads the whole body, of a declared length, as it comes in, without holding a thread; instead of {@link #body}.
     * When the client goes away or falls silent nothing is called: whoever asks has to end the request in time, and
     * answering ends the reading.
     *
     * @param length the declared length, in bytes
     */
    void collect(int length, Collected whenWhole);

    /** The same for a body whose length is not declared, if there is one at all: to its end, or up to so many bytes. */
    void collectUpTo(int most, Collected whenWhole);

    /**
     * Runs a task on another server thread, one that may wait; on this one where every thread may.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the server has stopped
     */
    default void later(Runnable task) {
        task.run();
    }

    /** The address of the peer, without port. */
    String remoteAddress();

    /** The authority that is asked, as sent: host, and port where one is named; empty when there is none. */
    String authority();

    /** Whether it came over TLS that ends in this host. */
    boolean isEncrypted();

    /** Whether it came in at the listener that is kept for {@code /admin}. */
    boolean isAtAdminListener();

    /**
     * Sends a whole answer. Does not wait for the client.
     *
     * @param whenDone runs once, when all bytes were handed to the network or that failed, on some server thread
     */
    void send(int status, Map<String, String> headers, byte[] body, Done whenDone);

    /**
     * Sends status and headers and answers the stream for the rest, whose writes wait for the client. Closing it ends
     * the answer.
     *
     * @param whenDone as for {@link #send}
     */
    OutputStream stream(int status, Map<String, String> headers, Done whenDone);

    /** Breaks the connection off in the middle of a streamed answer, so that the client sees that it is not whole. */
    void abort(Throwable cause);
}
