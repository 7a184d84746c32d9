package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Answering;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request with an {@code Idempotency-Key}. It waits for its body, then for the store, without a thread; whoever moves
 * it to the next stage, or finds it late, is the only one to do so.
 */
final class IdempotencyVisit {
    /** How long after its deadline a request may still be about to keep its answer. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Invocation invocation;
    private final Interceptor.Next next;
    private final IdempotencyKey key;
    private final Route route;
    private final AtomicLong size = new AtomicLong();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.ARRIVING);

    /** How far it is. */
    enum Stage {
        /** Its body comes in. */
        ARRIVING,
        /** The store is asked. */
        ASKING,
        /** It is decided what is done with it. */
        DECIDED
    }

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
        this.route = invocation.endpoint().route().orElseThrow();
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

    Stage stage() {
        return stage.get();
    }

    /** Moves on, for the one that gets true. */
    boolean move(Stage from, Stage to) {
        return stage.compareAndSet(from, to);
    }

    boolean isPast(long nowNanos) {
        return nowNanos - invocation.timing().deadlineNanos(route.deadline()) >= 0;
    }

    /** What is written down of it before it goes on. */
    IdempotencyStore.Beginning beginning(byte[] body, Instant now, Duration keep) {
        long left = invocation.timing().deadlineNanos(route.deadline()) - System.nanoTime();
        Instant answerBy = now.plusNanos(Math.max(0, left)).plus(MARGIN);
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
        boolean byHandler =
                Answering.current().filter(current -> current == invocation).isPresent();
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
