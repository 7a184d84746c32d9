package dev.busbar.plugin;

/**
 * Answers one request of a {@link Route}. Called by the host on a thread of the plugin's own generation, with the
 * generation's class loader as context class loader, by many threads at once.
 *
 * <p>Past the route's deadline the host answers 504 in its place and interrupts the thread; what the handler returns
 * after that is thrown away.
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
     * @param <T> the type the body is bound to
     */
    @FunctionalInterface
    interface WithBody<T> {
        /**
         * Answers the request; everything said of {@link Handler#handle} holds.
         *
         * @throws Exception as {@link Handler#handle}
         */
        Response handle(Request request, T body) throws Exception;
    }
}
