package dev.busbar.host.cache;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The record of invalidations, in constant memory. Each path and each tag of a platform has a counter, shared with those
 * of the same hash; an invalidation increments it. A response remembers the counters from <em>before</em> its handler ran,
 * so one that was generated before a change is not served even if it is stored after it. May be used by any thread.
 */
final class CacheStamps {
    private static final int SLOTS = 1 << 15;

    private final AtomicLongArray counts = new AtomicLongArray(SLOTS);

    /**
     * The counters of a response when its handler was called.
     *
     * @param slots the indexes of the counters
     * @param counts their values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed, read for each hit
    record Mark(int[] slots, long[] counts) {}

    /** The counters now. */
    Mark mark(String platform, String path, Set<String> tags) {
        int[] slots = new int[tags.size() + 1];
        int next = 0;
        slots[next++] = ofPath(platform, path);
        for (String tag : tags) {
            slots[next++] = ofTag(platform, tag);
        }
        long[] now = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            now[i] = counts.get(slots[i]);
        }
        return new Mark(slots, now);
    }

    /** Returns whether nothing was invalidated since. */
    boolean isCurrent(Mark mark) {
        int[] slots = mark.slots();
        for (int i = 0; i < slots.length; i++) {
            if (counts.get(slots[i]) != mark.counts()[i]) {
                return false;
            }
        }
        return true;
    }

    void invalidatePath(String platform, String path) {
        counts.incrementAndGet(ofPath(platform, path));
    }

    void invalidateTag(String platform, String tag) {
        counts.incrementAndGet(ofTag(platform, tag));
    }

    private static int ofPath(String platform, String path) {
        return slot(path.hashCode() * 31 + platform.hashCode());
    }

    private static int ofTag(String platform, String tag) {
        return slot((tag.hashCode() * 31 + platform.hashCode()) ^ 0x5bd1e995);
    }

    private static int slot(int hash) {
        int mixed = hash * 0x9e3779b1;
        return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    }
}
