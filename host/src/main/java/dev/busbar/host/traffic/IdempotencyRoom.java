package dev.busbar.host.traffic;

import java.util.concurrent.atomic.AtomicLong;

/** How many requests with an {@code Idempotency-Key} may be under way, and how much of them in memory. Thread-safe. */
final class IdempotencyRoom {
    private final int mostRequests;
    private final long mostBytes;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    IdempotencyRoom(int mostRequests, long mostBytes) {
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
    }

    /** Takes room for a request; false when there is none. */
    boolean enter(long size) {
        long requestsNow = requests.incrementAndGet();
        long bytesNow = bytes.addAndGet(size);
        if (requestsNow <= mostRequests && bytesNow <= mostBytes) {
            return true;
        }
        leave(size);
        return false;
    }

    /** Says that a request takes less than was thought. */
    void shrink(long size) {
        bytes.addAndGet(-size);
    }

    /** Gives it back. */
    void leave(long size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
