package dev.busbar.host.idempotency;

import java.util.HashMap;
import java.util.Map;

/**
 * The quota of requests with an {@code Idempotency-Key} in flight, by count and by bytes in memory: of all callers
 * together, and for each caller an eighth of that, so that no caller can use up the quota of others. Thread-safe.
 */
final class IdempotencyQuota {
    private static final int SHARES = 8;

    private final int maxRequests;
    private final long maxBytes;
    private final Object lock = new Object();
    private final Map<String, Usage> callers = new HashMap<>();
    private final Usage all = new Usage();

    /** The used part of a quota. Guarded by the lock. */
    private static final class Usage {
        private int requests;
        private long bytes;

        boolean fits(long size, int maxRequests, long maxBytes) {
            return requests < maxRequests && bytes + size <= maxBytes;
        }

        void add(int count, long size) {
            requests += count;
            bytes += size;
        }
    }

    IdempotencyQuota(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Acquires quota for a request of a caller; returns false if there is not enough. */
    boolean tryAcquire(String caller, long size) {
        synchronized (lock) {
            Usage own = callers.getOrDefault(caller, new Usage());
            boolean fits = all.fits(size, maxRequests, maxBytes)
                    && own.fits(size, Math.max(1, maxRequests / SHARES), maxBytes / SHARES);
            if (fits) {
                all.add(1, size);
                own.add(1, size);
                callers.put(caller, own);
            }
            return fits;
        }
    }

    /** Returns the part of the quota that a request does not need. */
    void shrink(String caller, long size) {
        change(caller, 0, -size);
    }

    /** Returns the quota of a request. */
    void release(String caller, long size) {
        change(caller, -1, -size);
    }

    private void change(String caller, int requests, long size) {
        synchronized (lock) {
            all.add(requests, size);
            Usage own = callers.get(caller);
            if (own != null) {
                own.add(requests, size);
                if (own.requests == 0) {
                    callers.remove(caller);
                }
            }
        }
    }
}
