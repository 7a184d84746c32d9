package dev.busbar.host.observe;

/**
 * One answered request, as it is going to be logged. Made on the thread that finds out that the answer is out; its texts
 * are cut by then, so that what waits in the queue is bounded. Immutable.
 *
 * @param atMillis when the answer was out
 * @param traceparent the field as sent; empty when there was not exactly one
 * @param path as sent, still encoded, without the query
 * @param whole whether the answer ended as it should
 * @param durationNanos from the arrival to the end of the answer
 * @param handlerNanos how long the handler had run by then; 0 where it was not entered
 * @param principal who called; empty when that is not known
 * @param keyId the public id of the credential; empty when there was none
 * @param cache what the cache did; empty where it did nothing
 * @param rateLimit what rate limits did; empty where they did nothing
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
        boolean whole,
        long durationNanos,
        long handlerNanos,
        String principal,
        String keyId,
        String clientIp,
        String cache,
        String rateLimit,
        String userAgent) {
    /** What is kept of a text that a client has chosen. */
    static final int TEXT_LIMIT = 512;

    /** What is kept of a path. */
    static final int PATH_LIMIT = 2_048;

    /**
     * Where it was bound for.
     *
     * @param route the template; {@code _unmatched} where no route was found
     */
    record Target(String platform, long generation, String route) {}

    static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
