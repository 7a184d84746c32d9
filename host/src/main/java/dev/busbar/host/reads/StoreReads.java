package dev.busbar.host.reads;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads of the store on threads of their own, with a bounded wait: a caller with an older result to fall back on waits for
 * milliseconds only, and while the store is slow or unavailable not at all. Safe for any number of threads.
 */
public final class StoreReads {
    /** Limit on the wait of a caller with an older result. */
    private static final Duration WITH_FALLBACK = Duration.ofMillis(200);
    /** Limit on the wait of any other caller: half of the default deadline of a route. */
    private static final Duration WITHOUT_FALLBACK = Duration.ofSeconds(5);
    /** The time after which an overdue read means that any statement would wait as long. */
    private static final Duration HANGING = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** Longer than the wait for a connection, so that one thread waits and not all. */
    private static final Duration PROBE = Duration.ofSeconds(15);

    private static final String UNAVAILABLE = "the store cannot be read now";

    private final Database database;
    private final Executor executor;
    private final LongSupplier nanos;
    /** True if the last read failed. */
    private volatile boolean unavailable;

    /** The time of the next attempt after a failed read. */
    private final AtomicLong retryNanos = new AtomicLong();

    /** Reads under way that their callers no longer wait for. */
    private final AtomicInteger overdue = new AtomicInteger();

    /** The time of the first overdue read since the store has answered. */
    private volatile long overdueSinceNanos;

    /** The start of the latest statement that the store has answered. */
    private volatile long answeredNanos;

    private final AtomicBoolean probing = new AtomicBoolean();

    /** @param executor runs reads, which may block for as long as a statement may take */
    public StoreReads(Database database, Executor executor) {
        this(database, executor, System::nanoTime);
    }

    /** @param nanos a monotonic clock */
    StoreReads(Database database, Executor executor, LongSupplier nanos) {
        this.database = database;
        this.executor = executor;
        this.nanos = nanos;
        this.overdueSinceNanos = nanos.getAsLong();
        this.answeredNanos = overdueSinceNanos;
        this.retryNanos.set(overdueSinceNanos);
    }

    /**
     * Reads on the thread of the caller. While the store is unavailable, one caller at a time waits for it; others fail at
     * once.
     *
     * @throws StoreException when the store cannot be read now
     */
    public <T> T read(Transaction.Work<T> work) {
        if (unavailable && !isRetryDue()) {
            throw new StoreException(UNAVAILABLE);
        }
        long began = nanos.getAsLong();
        try {
            T found = database.read(work);
            answered(began);
            return found;
        } catch (RuntimeException e) {
            if (!Database.isUnavailable(e)) {
                answered(began);
                throw e;
            }
            retryNanos.set(next(PAUSE));
            unavailable = true;
            throw new StoreException(UNAVAILABLE + ": " + e.getMessage(), e);
        }
    }

    private void answered(long beganNanos) {
        unavailable = false;
        if (beganNanos - answeredNanos > 0) {
            answeredNanos = beganNanos;
        }
    }

    /**
     * Runs a change on the thread of the caller; fails at once one that would wait for a store which hangs or is unavailable.
     * A store that takes no writes may still be read, so a change that fails says nothing about reads.
     *
     * @throws StoreException when the store hangs or is unavailable
     */
    public <T> T change(Supplier<T> change) {
        if (isHanging() || (unavailable && !isRetryDue())) {
            throw new StoreException("the store cannot be changed now");
        }
        long began = nanos.getAsLong();
        try {
            T result = change.get();
            answered(began);
            return result;
        } catch (RuntimeException e) {
            if (!Database.isUnavailable(e)) {
                answered(began);
            } else if (unavailable) {
                retryNanos.set(next(PAUSE));
            }
            throw e;
        }
    }

    private boolean isRetryDue() {
        long next = retryNanos.get();
        return nanos.getAsLong() - next >= 0 && retryNanos.compareAndSet(next, next(PROBE));
    }

    private long next(Duration pause) {
        return nanos.getAsLong() + pause.toNanos();
    }

    /**
     * Runs a read on a thread of its own, and waits for it. A read that takes too long goes on in the background, and after
     * some seconds more no other is begun, so that none queue up behind it.
     *
     * @param hasFallback true if the caller has an older result
     * @throws StoreException when the store does not answer in time, or cannot be read
     */
    public <T> T await(Supplier<T> read, boolean hasFallback) {
        if (!hasFallback && isHanging()) {
            throw new StoreException("the store does not answer");
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Duration patience = hasFallback ? WITH_FALLBACK : WITHOUT_FALLBACK;
        try {
            executor.execute(() -> run(read, result));
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            noteOverdue(result);
            throw new StoreException("the store does not answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new StoreException(UNAVAILABLE, e);
        } catch (RejectedExecutionException e) {
            throw new StoreException("the host is stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("the caller was interrupted", e);
        }
    }

    private static <T> void run(Supplier<T> read, CompletableFuture<T> result) {
        try {
            boolean unused = result.complete(read.get());
        } catch (RuntimeException | Error e) {
            boolean unused = result.completeExceptionally(e);
        }
    }

    private void noteOverdue(CompletableFuture<?> read) {
        if (!isOverdue()) {
            overdueSinceNanos = nanos.getAsLong();
        }
        overdue.incrementAndGet();
        CompletableFuture<?> unused = read.whenComplete((found, failure) -> overdue.decrementAndGet());
    }

    /** True while a read is overdue, unless the store has answered another one since: one connection may be dead. */
    private boolean isOverdue() {
        return overdue.get() > 0 && answeredNanos - overdueSinceNanos <= 0;
    }

    private boolean isHanging() {
        return isOverdue() && nanos.getAsLong() - overdueSinceNanos > HANGING.toNanos();
    }

    /**
     * True if a caller with an older result should not wait for the store now. Meanwhile the store is tried again in the
     * background.
     */
    public boolean isSlow() {
        if (isOverdue()) {
            beginProbe();
            return true;
        }
        if (unavailable && isRetryDue()) {
            beginProbe();
        }
        return unavailable;
    }

    /** Begins a probe unless one is under way, which may take as long as any other read. */
    private void beginProbe() {
        if (probing.compareAndSet(false, true)) {
            executor.execute(this::probe);
        }
    }

    private void probe() {
        long began = nanos.getAsLong();
        try {
            database.ping();
            answered(began);
        } catch (RuntimeException e) {
            retryNanos.set(next(PAUSE));
        } finally {
            probing.set(false);
        }
    }
}
