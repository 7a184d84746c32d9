package dev.busbar.host.idempotency;

import dev.busbar.host.threads.KeyedPermits;

/**
 * The quota of requests with an {@code Idempotency-Key} in flight: of all callers together, and for each caller an eighth
 * of that, so that no caller can use up the quota of others. Thread-safe.
 */
final class IdempotencyQuota {
    private static final int SHARES = 8;

    private final KeyedPermits permits;

    IdempotencyQuota(int maxRequests) {
        permits = new KeyedPermits(maxRequests, Math.max(1, maxRequests / SHARES));
    }

    /** Acquires quota for a request of a caller; returns false if there is not enough. */
    boolean tryAcquire(String caller) {
        return permits.tryAcquire(caller);
    }

    /** Returns the quota of a request. */
    void release(String caller) {
        permits.release(caller);
    }
}
