package dev.busbar.host.cache;

import dev.busbar.host.pipeline.Answer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response in the cache: bytes and strings only, nothing of a plugin. Immutable.
 *
 * @param headers the headers of the handler, without those that the host adds for one request
 * @param body the body, which never changes
 * @param gzip the compressed body, if it is smaller
 * @param since when it was generated, in nanoseconds; earlier than it was stored by the age it had then
 * @param life for how long it may be served
 * @param mark the state of invalidations when its handler was called
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredResponse(
        Map<String, String> headers,
        byte[] body,
        byte @Nullable [] gzip,
        long since,
        Life life,
        CacheStamps.Mark mark) {
    private static final int HEADER_BYTES = 80;

    /**
     * For how long a response may be served, in nanoseconds.
     *
     * @param fresh without asking the handler
     * @param whileRevalidate beyond that, while it is revalidated
     * @param ifError beyond that, in place of a failure
     * @param anyStale whether a client may accept it stale by {@code max-stale}
     */
    record Life(long fresh, long whileRevalidate, long ifError, boolean anyStale) {
        long retention() {
            return fresh + Math.max(whileRevalidate, ifError);
        }
    }

    /** Its age (RFC 9111 section 4.2.3), which is the time since it was generated. */
    long ageSeconds(long now) {
        return TimeUnit.NANOSECONDS.toSeconds(now - since);
    }

    /** The remaining freshness; negative when it is stale. */
    long freshNanos(long now) {
        return life.fresh() - (now - since);
    }

    /** For how long it can be of use, in nanoseconds. */
    long retentionNanos(long now) {
        return life.retention() - (now - since);
    }

    boolean isFresh(long now) {
        return freshNanos(now) > 0;
    }

    boolean mayServeWhileRevalidating(long now) {
        return -freshNanos(now) < life.whileRevalidate();
    }

    boolean mayServeOnError(long now) {
        return life.ifError() > 0 && -freshNanos(now) < life.ifError();
    }

    /** The remaining freshness in seconds, as {@code ttl} of {@code Cache-Status}; rounded down, negative when stale. */
    long ttlSeconds(long now) {
        return Math.floorDiv(freshNanos(now), 1_000_000_000L);
    }

    /** The response to send. */
    Answer answer(long now, String status) {
        Answer answer = Answer.again(200, headers, body);
        answer.field("age", Long.toString(ageSeconds(now)));
        answer.field("cache-status", status);
        answer.compressed(gzip == null ? Answer.NOT_SMALLER : gzip);
        return answer;
    }

    /** The approximate size in bytes. */
    int weight() {
        int chars = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            chars += header.getKey().length() + header.getValue().length() + HEADER_BYTES;
        }
        return body.length + (gzip == null ? 0 : gzip.length) + chars;
    }
}
