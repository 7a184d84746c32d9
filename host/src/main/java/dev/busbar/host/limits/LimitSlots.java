package dev.busbar.host.limits;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counters of requests in flight, one for each subject that has some. Thread-safe. */
final class LimitSlots implements LimitCounter {
    private final int limit;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    LimitSlots(long limit) {
        this.limit = Math.toIntExact(limit);
    }

    /** Takes one slot; the cost of the route does not matter. */
    @Override
    public Verdict take(String subject, long cost) {
        while (true) {
            int now = taken.getOrDefault(subject, 0);
            if (now >= limit) {
                return new Verdict(false, 0, UNKNOWN);
            }
            boolean done = now == 0 ? taken.putIfAbsent(subject, 1) == null : taken.replace(subject, now, now + 1);
            if (done) {
                return new Verdict(true, limit - now - 1L, UNKNOWN);
            }
        }
    }

    @Override
    public Verdict look(String subject, long cost) {
        int now = taken.getOrDefault(subject, 0);
        return new Verdict(now < limit, Math.max(0, limit - now), UNKNOWN);
    }

    @Override
    public long refund(String subject, long cost) {
        while (true) {
            int now = taken.getOrDefault(subject, 0);
            boolean done = now <= 1 ? taken.remove(subject, now) : taken.replace(subject, now, now - 1);
            if (done) {
                return 1;
            }
            if (now == 0) {
                throw new IllegalStateException("concurrency slot of " + subject + ": released, but not taken");
            }
        }
    }

    /** The number of subjects with requests in flight. */
    int size() {
        return taken.size();
    }
}
