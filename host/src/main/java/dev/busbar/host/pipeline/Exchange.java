package dev.busbar.host.pipeline;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * One request and its response as the server sees them; implemented by {@code http}. The request part may be read from
 * any thread until the response is complete. Exactly one of {@link #send} and {@link #stream} is called, once: only the
 * holder of a {@link Reply.Claim} calls them.
 */
public interface Exchange {
    /** Listener for the end of a response. */
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

    /** All values of a header, in order, the name compared without case. */
    List<String> headers(String name);

    /** The names of the headers that were sent. */
    List<String> headerNames();

    /** The declared length of the body, in bytes; -1 when it is not declared. */
    long contentLength();

    /** The body; the same stream each time. A read may wait for the client. */
    InputStream body();

    /** Receiver of a body that is read without a thread. */
    @FunctionalInterface
    interface Collected {
        /** Called at most once, on some server thread: the whole body is here. Must not block. */
        void whole(byte[] body);

        /** Called in its place, by {@link #collectUpTo}: the body is larger than what was asked for. */
        default void larger() {}
    }

    /**
     * Reads the whole body, of a declared length, as it comes in, without holding a thread; instead of {@link #body}.
     * When the client disconnects or stops sending nothing is called: the caller has to end the request at its deadline,
     * and answering ends the reading.
     *
     * @param length the declared length, in bytes
     */
    void collect(int length, Collected whenWhole);

    /** Reads a body whose length is not declared, if there is one at all, to its end or up to so many bytes. */
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

    /** Returns whether it came over TLS that ends in this host. */
    boolean isEncrypted();

    /** Returns whether it came in at the listener of {@code /admin}. */
    boolean isAtAdminListener();

    /**
     * Sends a buffered response. Does not wait for the client.
     *
     * @param whenDone runs once, when all bytes were handed to the network or that failed, on some server thread
     */
    void send(int status, Map<String, String> headers, byte[] body, Done whenDone);

    /**
     * Sends status and headers and returns the stream for the rest, whose writes wait for the client. Closing it ends
     * the response.
     *
     * @param whenDone as for {@link #send}
     */
    OutputStream stream(int status, Map<String, String> headers, Done whenDone);

    /** Aborts a streaming response, so that the client sees that it is not complete. */
    void abort(Throwable cause);
}
