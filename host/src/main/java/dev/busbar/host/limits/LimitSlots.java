package dev.busbar.host.limits;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts what is under way. Holds only those who have something under way. Thread-safe. */
final class LimitSlots implements LimitCounter {
    private final int limit;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    LimitSlots(long limit) {
        this.limit = Math.toIntExact(limit);
    }

    /** Each request is one, whatever its route costs: it takes one place. */
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
    public long giveBack(String subject, long cost) {
        while (true) {
            int now = taken.getOrDefault(subject, 0);
            boolean done = now <= 1 ? taken.remove(subject, now) : taken.replace(subject, now, now - 1);
            if (done) {
                return 1;
            }
            if (now == 0) {
                throw new IllegalStateException("a place was released that was not taken");
            }
        }
    }

    /** How many have something under way. */
    int size() {
        return taken.size();
    }
}
