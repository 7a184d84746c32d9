package dev.busbar.host.idempotency;

import java.util.HashMap;
import java.util.Map;

/**
 * How many requests with an {@code Idempotency-Key} may be under way, and how much of them in memory: of all callers, and
 * of each an eighth of that, so that none can take the room of the others. Thread-safe.
 */
final class IdempotencyRoom {
    private static final int SHARES = 8;

    private final int mostRequests;
    private final long mostBytes;
    private final Object lock = new Object();
    private final Map<String, Taken> callers = new HashMap<>();
    private final Taken all = new Taken();

    /** Guarded by the lock. */
    private static final class Taken {
        private int requests;
        private long bytes;

        boolean fits(long size, int mostRequests, long mostBytes) {
            return requests < mostRequests && bytes + size <= mostBytes;
        }

        void add(int count, long size) {
            requests += count;
            bytes += size;
        }
    }

    IdempotencyRoom(int mostRequests, long mostBytes) {
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
    }

    /** Takes room for a request of a caller; false when there is none. */
    boolean enter(String caller, long size) {
        synchronized (lock) {
            Taken own = callers.getOrDefault(caller, new Taken());
            boolean fits = all.fits(size, mostRequests, mostBytes)
                    && own.fits(size, Math.max(1, mostRequests / SHARES), mostBytes / SHARES);
            if (fits) {
                all.add(1, size);
                own.add(1, size);
                callers.put(caller, own);
            }
            return fits;
        }
    }

    /** Says that a request takes less than was thought. */
    void shrink(String caller, long size) {
        change(caller, 0, -size);
    }

    /** Gives it back. */
    void leave(String caller, long size) {
        change(caller, -1, -size);
    }

    private void change(String caller, int requests, long size) {
        synchronized (lock) {
            all.add(requests, size);
            Taken own = callers.get(caller);
            if (own != null) {
                own.add(requests, size);
                if (own.requests == 0) {
                    callers.remove(caller);
                }
            }
        }
    }
}
