package dev.busbar.host.threads;

import java.util.HashMap;
import java.util.Map;

/**
 * Permits with a max number in total and per key, so that no key can use up the permits of the others. Thread-safe; no
 * caller waits for a permit.
 */
public final class KeyedPermits {
    private final int max;
    private final int maxOfKey;
    private final Object lock = new Object();
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    /** All permits are free. */
    public KeyedPermits(int max, int maxOfKey) {
        this.max = max;
        this.maxOfKey = maxOfKey;
    }

    /** Takes a permit; returns false when there is none, or none for this key. */
    public boolean tryAcquire(String key) {
        synchronized (lock) {
            int ofKey = taken.getOrDefault(key, 0);
            if (all >= max || ofKey >= maxOfKey) {
                return false;
            }
            taken.put(key, ofKey + 1);
            all++;
            return true;
        }
    }

    /** Releases a permit. */
    public void release(String key) {
        synchronized (lock) {
            taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            all--;
        }
    }

    /** The number of permits that are taken. */
    public int size() {
        synchronized (lock) {
            return all;
        }
    }

    /** The number of keys that have taken any. */
    public int keys() {
        synchronized (lock) {
            return taken.size();
        }
    }
}
