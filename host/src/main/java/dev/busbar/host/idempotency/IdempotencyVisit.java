package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** One request with an {@code Idempotency-Key}. May be used by any thread. */
final class IdempotencyVisit {
    /** How long after its deadline a request may still be about to keep its answer. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Invocation invocation;
    private final Interceptor.Next next;
    private final IdempotencyKey key;
    private final AtomicLong size = new AtomicLong();

    /** What an answer means for the key. */
    enum Fate {
        /** It is kept. */
        KEEP,
        /** The key is free again: nothing was done, or the handler says that it went wrong. */
        FREE,
        /** Nobody knows what was done, or is still being done. */
        UNKNOWN,
        /** It was done, and the answer is too long to be kept, or was not there to be kept. */
        NOT_REPLAYABLE
    }

    IdempotencyVisit(Invocation invocation, Interceptor.Next next, IdempotencyKey key) {
        this.invocation = invocation;
        this.next = next;
        this.key = key;
    }

    Invocation invocation() {
        return invocation;
    }

    /** Says how much room it takes; answers how much it took before. */
    long size(long bytes) {
        return size.getAndSet(bytes);
    }

    /** Says that it takes no more than this; answers how much less that is. */
    long shrink(long bytes) {
        return Math.max(0, size.getAndUpdate(now -> Math.min(now, bytes)) - bytes);
    }

    /**
     * What is stored of it before it goes on.
     *
     * @param leftNanos how long it is until its deadline
     */
    IdempotencyStore.Beginning beginning(byte[] body, Instant now, long leftNanos, Duration keep) {
        Instant answerBy = now.plusNanos(Math.max(0, leftNanos)).plus(MARGIN);
        Instant forgotten = now.plus(keep);
        return new IdempotencyStore.Beginning(
                key,
                IdempotencyKey.fingerprint(invocation, body),
                UUID.randomUUID().toString(),
                answerBy,
                forgotten.isAfter(answerBy) ? forgotten : answerBy);
    }

    void proceed() {
        next.proceed(invocation);
    }

    /**
     * Judges an answer, on the thread that answers. What is said in the place of a handler that was entered says nothing
     * of what it has done.
     */
    Fate fate(Answer answer, int maxBodyBytes) {
        if (!invocation.timing().isHandlerEntered()) {
            return Fate.FREE;
        }
        boolean byHandler = Acting.current()
                .flatMap(Acting::request)
                .filter(current -> current == invocation)
                .isPresent();
        if (!byHandler) {
            return Fate.UNKNOWN;
        }
        int status = answer.status();
        if (status >= 500 || status == 408 || status == 429) {
            return Fate.FREE;
        }
        return answer.isWhole() && answer.body().length <= maxBodyBytes ? Fate.KEEP : Fate.NOT_REPLAYABLE;
    }
}
