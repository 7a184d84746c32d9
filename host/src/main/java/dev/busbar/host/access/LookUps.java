package dev.busbar.host.access;

import dev.busbar.host.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Look-ups of keys and roles for authentication, on threads of their own: the caller of a key that is known waits for
 * milliseconds only, and while the store is slow or unavailable not at all. Safe for any number of threads.
 */
final class LookUps {
    /** Limit on the wait of a caller whose key or roles are known. */
    private static final Duration KNOWN = Duration.ofMillis(200);
    /** Limit on the wait of a caller whose key is not known: half of the default deadline of a route. */
    private static final Duration UNKNOWN = Duration.ofSeconds(5);

    private final AccessStore access;
    private final Executor executor;
    /** Look-ups under way that their callers no longer wait for. */
    private final AtomicInteger overdue = new AtomicInteger();

    /** @param executor runs look-ups, which may block for as long as a statement may take */
    LookUps(AccessStore access, Executor executor) {
        this.access = access;
        this.executor = executor;
    }

    /** True if callers whose key is known should not wait for the store now; it is tried in the background then. */
    boolean isStoreSlow() {
        if (overdue.get() > 0) {
            return true;
        }
        if (!access.isUnavailable()) {
            return false;
        }
        access.whenRetryIsDue(() -> executor.execute(access::probe));
        return true;
    }

    /**
     * Runs a look-up, and waits for it. A look-up that takes too long goes on in the background.
     *
     * @param isKnown true if the caller has an older result to fall back on
     * @throws StoreException when the store does not answer in time, or cannot be read
     */
    <T> T await(Supplier<T> lookUp, boolean isKnown) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> run(lookUp, result));
            return result.get((isKnown ? KNOWN : UNKNOWN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            overdue.incrementAndGet();
            CompletableFuture<T> unused = result.whenComplete((found, failure) -> overdue.decrementAndGet());
            throw new StoreException("the store does not answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new StoreException("principals, roles and keys cannot be read now", e);
        } catch (RejectedExecutionException e) {
            throw new StoreException("the host is stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("the caller was interrupted", e);
        }
    }

    private static <T> void run(Supplier<T> lookUp, CompletableFuture<T> result) {
        try {
            boolean unused = result.complete(lookUp.get());
        } catch (RuntimeException | Error e) {
            boolean unused = result.completeExceptionally(e);
        }
    }
}
