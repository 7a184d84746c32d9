package dev.busbar.plugin;

/**
 * Answers one request of a {@link Route}. Called by the host on a thread of the plugin's own generation, with the
 * generation's class loader as context class loader, by many threads at once.
 *
 * <p>A handler is synchronous by design: it occupies one thread of its generation's bulkhead until it returns, so that a
 * platform that is slow or hangs takes nothing from the others. That includes the time in which it waits, such as for
 * {@link Platforms#call}, a database or a future. Past the route's deadline the host answers 504 in its place and
 * interrupts the thread; what the handler returns after that is discarded.
 */
@FunctionalInterface
public interface Handler {
    /**
     * Answers the request.
     *
     * @throws ProblemException to choose the status and text that the client sees
     * @throws Exception anything else is answered as 500 {@code platform-failed}, without its message
     */
    Response handle(Request request) throws Exception;

    /**
     * Answers a request whose JSON body was bound beforehand.
     *
     * @param <B> the type that the body is bound to
     */
    @FunctionalInterface
    interface WithBody<B> {
        /**
         * Handles the request; see {@link Handler#handle} for threads, deadline and exceptions.
         *
         * @throws Exception as {@link Handler#handle}
         */
        Response handle(Request request, B body) throws Exception;
    }

    /**
     * Answers a request with a value, which becomes a response 200 with that value as JSON.
     *
     * @param <R> the type of the value
     */
    @FunctionalInterface
    interface Returning<R> {
        /**
         * Returns the value; null is a 500. See {@link Handler#handle} for threads, deadline and exceptions.
         *
         * @throws Exception as {@link Handler#handle}
         */
        R handle(Request request) throws Exception;
    }

    /**
     * Answers a request whose JSON body was bound beforehand with a value, which becomes a response 200 with that value
     * as JSON.
     *
     * @param <B> the type that the body is bound to
     * @param <R> the type of the value
     */
    @FunctionalInterface
    interface WithBodyReturning<B, R> {
        /**
         * Returns the value; null is a 500. See {@link Handler#handle} for threads, deadline and exceptions.
         *
         * @throws Exception as {@link Handler#handle}
         */
        R handle(Request request, B body) throws Exception;
    }

    /** Handles a request without returning a value; the response is 204. */
    @FunctionalInterface
    interface Action {
        /**
         * Handles the request; see {@link Handler#handle} for threads, deadline and exceptions.
         *
         * @throws Exception as {@link Handler#handle}
         */
        void handle(Request request) throws Exception;
    }

    /**
     * Handles a request whose JSON body was bound beforehand without returning a value; the response is 204.
     *
     * @param <B> the type that the body is bound to
     */
    @FunctionalInterface
    interface ActionWithBody<B> {
        /**
         * Handles the request; see {@link Handler#handle} for threads, deadline and exceptions.
         *
         * @throws Exception as {@link Handler#handle}
         */
        void handle(Request request, B body) throws Exception;
    }
}
