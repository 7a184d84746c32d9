package dev.busbar.host.observe;

/**
 * An entry of the access log. Created on the thread that learns that the response is complete; texts are truncated, so
 * that the queue is bounded in bytes. Flat, with many components, because it is the only object that the log allocates
 * per request. Immutable.
 *
 * @param atMillis when the response was complete
 * @param traceparent the header as sent; empty unless there was exactly one
 * @param path the path as sent, still encoded, without the query
 * @param complete whether the response was sent completely
 * @param durationNanos from the arrival of the request to the end of the response
 * @param handlerNanos how long the handler had run by then; 0 if it was not entered
 * @param principal the id of the principal; empty if the request was not authenticated
 * @param keyId the public id of the credential; empty if there was none
 * @param cache the decision of the cache; empty if it did not apply
 * @param rateLimit the decision of the rate limits; empty if they did not apply
 */
record AccessLine(
        long atMillis,
        String correlationId,
        String traceparent,
        Target target,
        String method,
        String path,
        int status,
        long bytes,
        boolean complete,
        long durationNanos,
        long handlerNanos,
        String principal,
        String keyId,
        String clientIp,
        String cache,
        String rateLimit,
        String userAgent) {
    /** The max length of a text chosen by the client. */
    static final int TEXT_LIMIT = 512;

    /** The max length of a path. */
    static final int PATH_LIMIT = 2_048;

    /**
     * The target of a request.
     *
     * @param route the path template; {@code _unmatched} if no route matched
     */
    record Target(String platform, long generation, String route) {}

    static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
