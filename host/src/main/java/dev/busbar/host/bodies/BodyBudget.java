package dev.busbar.host.bodies;

import java.util.HashMap;
import java.util.Map;

/**
 * The budget of memory for request bodies: of all callers together, and of each caller an eighth. One body of a caller
 * may take more than that share while the others take no more than half of it. Only small bodies may use the last
 * quarter, so that large ones cannot keep them out. Thread-safe; nobody waits.
 */
final class BodyBudget {
    /** The max size of a small body. */
    static final long SMALL = 64 * 1024;

    private static final int SHARES = 8;
    private static final int RESERVED = 4;

    private final long max;
    private final int maxCount;
    private final Object lock = new Object();
    private final Map<String, Usage> callers = new HashMap<>();
    private long all;

    /** The use of one caller. Guarded by the lock. */
    private static final class Usage {
        private int count;
        private long bytes;
    }

    /**
     * An unused budget.
     *
     * @param max the max number of bytes
     * @param maxCount the max number of bodies of one caller
     */
    BodyBudget(long max, int maxCount) {
        this.max = max;
        this.maxCount = maxCount;
    }

    /** Returns whether so many bytes would fit into an unused budget. */
    boolean canEverHold(long bytes) {
        return bytes <= room(bytes);
    }

    /** The max number of bytes of one body. */
    long largest() {
        return max - max / RESERVED;
    }

    private long room(long bytes) {
        return bytes <= SMALL ? max : largest();
    }

    /** Acquires memory for another body; returns false if there is not enough. */
    boolean tryAcquire(String caller, long bytes) {
        synchronized (lock) {
            Usage own = callers.get(caller);
            boolean fits = all + bytes <= room(bytes)
                    && (own == null || (own.count < maxCount && isWithinShare(own.bytes, bytes)));
            if (fits) {
                add(caller, 1, bytes);
            }
            return fits;
        }
    }

    /** Returns whether a caller may have one more body, beside others of a size. */
    private boolean isWithinShare(long others, long bytes) {
        long share = max / SHARES;
        return others + bytes <= share || others <= share / 2;
    }

    /** Changes the memory of a body that has some already; returns false if there is not enough. */
    boolean tryGrow(String caller, long from, long more) {
        synchronized (lock) {
            Usage own = callers.get(caller);
            long others = own == null ? 0 : own.bytes - from;
            boolean fits = all + more <= room(from + more) && isWithinShare(others, from + more);
            if (fits) {
                add(caller, 0, more);
            }
            return fits;
        }
    }

    /** Returns a part of the memory of a body. */
    void shrink(String caller, long bytes) {
        synchronized (lock) {
            add(caller, 0, -bytes);
        }
    }

    /** Returns the memory of a body. */
    void release(String caller, long bytes) {
        synchronized (lock) {
            add(caller, -1, -bytes);
        }
    }

    private void add(String caller, int count, long bytes) {
        all += bytes;
        Usage own = callers.computeIfAbsent(caller, first -> new Usage());
        own.count += count;
        own.bytes += bytes;
        if (own.count == 0) {
            callers.remove(caller);
        }
    }

    /** The number of bytes in use. */
    long used() {
        synchronized (lock) {
            return all;
        }
    }
}
