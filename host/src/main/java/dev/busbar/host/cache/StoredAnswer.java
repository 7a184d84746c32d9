package dev.busbar.host.cache;

import dev.busbar.host.pipeline.Answer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is kept: bytes and strings only, nothing of a plugin's. Immutable.
 *
 * @param fields what its producer said, and nothing that the host adds for one request
 * @param body its bytes, never changed
 * @param gzip the same compressed, where that is worth it
 * @param since when it was made
 * @param life how long it may be used
 * @param mark what had been taken back when its handler was called
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredAnswer(
        Map<String, String> fields, byte[] body, byte @Nullable [] gzip, long since, Life life, CacheStamps.Mark mark) {
    private static final int FIELD_BYTES = 80;

    /**
     * How long an answer may be used, in nanoseconds.
     *
     * @param fresh without further ado
     * @param whileRevalidate beyond that, while a new one is made
     * @param ifError beyond that, in place of a failure
     * @param anyStale whether a client may ask for one that is stale
     */
    record Life(long fresh, long whileRevalidate, long ifError, boolean anyStale) {
        long kept() {
            return fresh + Math.max(whileRevalidate, ifError);
        }
    }

    /** RFC 9111 section 4.2.3; nothing comes in between, so it is the time since it was made. */
    long ageSeconds(long now) {
        return TimeUnit.NANOSECONDS.toSeconds(now - since);
    }

    /** How long it is still fresh; negative when it is not. */
    long freshNanos(long now) {
        return life.fresh() - (now - since);
    }

    boolean isFresh(long now) {
        return freshNanos(now) > 0;
    }

    boolean mayRefreshBehind(long now) {
        return -freshNanos(now) < life.whileRevalidate();
    }

    boolean mayCover(long now) {
        return -freshNanos(now) < life.ifError();
    }

    /** For how many seconds it is fresh, as {@code Cache-Status} tells it; rounded down, so negative when it is not. */
    long ttlSeconds(long now) {
        return Math.floorDiv(freshNanos(now), 1_000_000_000L);
    }

    /** It as it is sent. */
    Answer answer(long now, String status) {
        Answer answer = Answer.again(200, fields, body);
        answer.field("age", Long.toString(ageSeconds(now)));
        answer.field("cache-status", status);
        answer.compressed(gzip == null ? Answer.NOT_SMALLER : gzip);
        return answer;
    }

    /** Roughly how many bytes it takes. */
    int weight() {
        int chars = 0;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            chars += field.getKey().length() + field.getValue().length() + FIELD_BYTES;
        }
        return body.length + (gzip == null ? 0 : gzip.length) + chars;
    }
}
