package dev.busbar.host.pipeline;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * One request and its response at the server; implemented by {@code http}. The request part may be read from any thread
 * until the response is complete. Exactly one of {@link #send} and {@link #stream} is called, once: only the holder of
 * a {@link Reply.Claim} calls them.
 */
public interface Exchange {
    /** Listener for the end of a response. */
    @FunctionalInterface
    interface Done {
        /** Called once: all bytes were passed to the network, or the connection was aborted. */
        void done(boolean complete);
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

    /** Returns whether a body may follow: one of declared length, or one that ends where the client says so. */
    default boolean mayHaveBody() {
        long length = contentLength();
        return length > 0 || (length < 0 && !headers("Transfer-Encoding").isEmpty());
    }

    /** The number of bytes of the body that were collected or read. */
    default long arrivedBytes() {
        return 0;
    }

    /**
     * The time that the reader of {@link #body} has waited for the client so far, in all, in nanoseconds; -1 where none
     * waits for it now.
     */
    default long awaitedNanos() {
        return -1;
    }

    /** The body; the same stream each time. A read may wait for the client. */
    InputStream body();

    /** Receiver of a body that is read without a thread. */
    @FunctionalInterface
    interface Collected {
        /** Called at most once, on some server thread, with the complete body. Must not block. */
        void complete(byte[] body);

        /**
         * Called before memory for the body is allocated, as its bytes arrive.
         *
         * @param bytes the size of all memory for it
         * @throws RuntimeException when there is not enough; {@link #failed} gets it
         */
        default void reserve(int bytes) {}

        /** Called instead by {@link #collectUpTo} when the body is larger; {@link #body} then has it from its start. */
        default void exceeded() {}

        /** Called instead when the body cannot be read to its end: the client is gone or silent, or it is malformed. */
        default void failed(Throwable cause) {}
    }

    /**
     * Collects a body of a declared length as it arrives, without holding a thread; instead of {@link #body}. When the
     * client stops sending, nothing is called: the caller ends the request when it has waited long enough, and answering
     * ends the collection.
     *
     * @param length the declared length, in bytes
     */
    void collect(int length, Collected whenComplete);

    /** Collects a body without a declared length, if there is one, up to a limit. */
    void collectUpTo(int max, Collected whenComplete);

    /**
     * Runs a task on a server thread that may block; on this one where every thread may.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the server has stopped
     */
    default void later(Runnable task) {
        task.run();
    }

    /** The address of the peer, without port. */
    String remoteAddress();

    /** The authority as sent: host, and port if given; empty when there is none. */
    String authority();

    /** Returns whether the request came over TLS that this host terminates. */
    boolean isEncrypted();

    /** Returns whether the request came in at the listener of {@code /admin}. */
    boolean isAtAdminListener();

    /**
     * Sends a buffered response. Does not wait for the client.
     *
     * @param whenDone runs once, when all bytes were passed to the network or that has failed, on some server thread
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
