package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** One attempt to execute a request with an {@code Idempotency-Key}. May be used by any thread. */
final class IdempotencyAttempt {
    /** The time after its deadline in which the response of an attempt may still be stored. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Invocation invocation;
    private final Interceptor.Next next;
    private final IdempotencyKey key;

    /** The disposition of a key after a response. */
    enum Disposition {
        /** The response is stored. */
        STORE,
        /** The key is released: nothing was executed, or the handler reports a failure. */
        RELEASE,
        /** The outcome is unknown; the handler may still be running. */
        UNKNOWN,
        /** The request was executed; its response is too long to be stored, or streaming. */
        NOT_REPLAYABLE
    }

    IdempotencyAttempt(Invocation invocation, Interceptor.Next next, IdempotencyKey key) {
        this.invocation = invocation;
        this.next = next;
        this.key = key;
    }

    Invocation invocation() {
        return invocation;
    }

    /**
     * The reservation of its key, which is stored before the handler is called.
     *
     * @param leftNanos the time until its deadline
     */
    IdempotencyStore.Reservation reservation(byte[] body, Instant now, long leftNanos, Duration keep) {
        Instant answerBy = now.plusNanos(Math.max(0, leftNanos)).plus(MARGIN);
        Instant expires = now.plus(keep);
        return new IdempotencyStore.Reservation(
                key,
                IdempotencyKey.fingerprint(invocation, body),
                UUID.randomUUID().toString(),
                answerBy,
                expires.isAfter(answerBy) ? expires : answerBy);
    }

    void proceed() {
        next.proceed(invocation);
    }

    /**
     * Returns the disposition after a response, on the thread that sends it. A response in place of a handler that was
     * entered, such as at its deadline, does not tell what the handler has executed.
     */
    Disposition disposition(Answer answer, int maxBodyBytes) {
        if (!invocation.timing().isHandlerEntered()) {
            return Disposition.RELEASE;
        }
        boolean byHandler = Acting.current()
                .flatMap(Acting::request)
                .filter(current -> current == invocation)
                .isPresent();
        if (!byHandler) {
            return Disposition.UNKNOWN;
        }
        int status = answer.status();
        if (status >= 500 || status == 408 || status == 429) {
            return Disposition.RELEASE;
        }
        return answer.isBuffered() && answer.body().length <= maxBodyBytes
                ? Disposition.STORE
                : Disposition.NOT_REPLAYABLE;
    }
}
