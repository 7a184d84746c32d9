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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    /** True if the last read failed. */
    private volatile boolean unavailable;

    /** The time of the next attempt after a failed read. */
    private final AtomicLong retryNanos = new AtomicLong();

    /** Reads under way that their callers no longer wait for. */
    private final AtomicInteger overdue = new AtomicInteger();

    private volatile long overdueSinceNanos;

    /** @param executor runs reads, which may block for as long as a statement may take */
    public StoreReads(Database database, Executor executor) {
        this.database = database;
        this.executor = executor;
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
        try {
            T found = database.read(work);
            unavailable = false;
            return found;
        } catch (RuntimeException e) {
            if (!Database.isUnavailable(e)) {
                throw e;
            }
            retryNanos.set(next(PAUSE));
            unavailable = true;
            throw new StoreException(UNAVAILABLE + ": " + e.getMessage(), e);
        }
    }

    private boolean isRetryDue() {
        long next = retryNanos.get();
        return System.nanoTime() - next >= 0 && retryNanos.compareAndSet(next, next(PROBE));
    }

    private static long next(Duration pause) {
        return System.nanoTime() + pause.toNanos();
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
        if (overdue.getAndIncrement() == 0) {
            overdueSinceNanos = System.nanoTime();
        }
        CompletableFuture<?> unused = read.whenComplete((found, failure) -> overdue.decrementAndGet());
    }

    /**
     * True if a caller with an older result should not wait for the store now. While the store is unavailable, it is tried
     * again in the background.
     */
    public boolean isSlow() {
        if (overdue.get() > 0) {
            return true;
        }
        if (unavailable && isRetryDue()) {
            executor.execute(this::probe);
        }
        return unavailable;
    }

    private void probe() {
        try {
            database.ping();
            unavailable = false;
        } catch (RuntimeException e) {
            retryNanos.set(next(PAUSE));
        }
    }

    private boolean isHanging() {
        return overdue.get() > 0 && System.nanoTime() - overdueSinceNanos > HANGING.toNanos();
    }

    /** Fails a change at once that would wait for a store which hangs or is unavailable. */
    public void requireAvailable() {
        if (isHanging() || (unavailable && !isRetryDue())) {
            throw new StoreException("the store cannot be changed now");
        }
    }
}
