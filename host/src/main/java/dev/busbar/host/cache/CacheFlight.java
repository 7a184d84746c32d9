package dev.busbar.host.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * The one call of a handler that others wait for who ask the same (RFC 9111 section 4). They wait without a thread, each
 * for at most its own deadline. May be called from any thread.
 */
final class CacheFlight {
    /** Beyond this many the handler's own bounds are to decide. */
    private static final int MOST_PARKED = 4_096;

    private final Object lock = new Object();
    private List<CacheVisit> parked = new ArrayList<>(4);
    private boolean over;

    /** Keeps a request until the call is over; false when it is over, or too many wait. */
    boolean park(CacheVisit visit) {
        synchronized (lock) {
            return !over && parked.size() < MOST_PARKED && parked.add(visit);
        }
    }

    boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    /** Lets nobody wait any more; answers those who did, the first time. */
    List<CacheVisit> end() {
        synchronized (lock) {
            List<CacheVisit> all = parked;
            over = true;
            parked = List.of();
            return all;
        }
    }

    /** Takes out those whose deadline is over. */
    List<CacheVisit> takeLate(long nowNanos) {
        synchronized (lock) {
            if (parked.isEmpty()) {
                return List.of();
            }
            List<CacheVisit> late = new ArrayList<>();
            parked.removeIf(visit -> visit.isPast(nowNanos) && late.add(visit));
            return late;
        }
    }

    int size() {
        synchronized (lock) {
            return parked.size();
        }
    }
}
