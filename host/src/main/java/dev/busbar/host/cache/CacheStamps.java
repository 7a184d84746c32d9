package dev.busbar.host.cache;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * What was taken back, in constant memory. Each path and each tag of a platform has a counter, shared by what happens to
 * hash alike; taking back counts on. An answer remembers the counters from <em>before</em> its handler ran, so one that
 * was made of what had been there before a change is not given out even when it comes in after it. May be used by any
 * thread.
 */
final class CacheStamps {
    private static final int SLOTS = 1 << 15;

    private volatile Consumer<Optional<String>> listener = platform -> {};
    private final AtomicLongArray counts = new AtomicLongArray(SLOTS);

    /**
     * What the counters of an answer were.
     *
     * @param slots which counters
     * @param counts what they were
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

    /** Whether nothing was taken back since. */
    boolean isCurrent(Mark mark) {
        int[] slots = mark.slots();
        for (int i = 0; i < slots.length; i++) {
            if (counts.get(slots[i]) != mark.counts()[i]) {
                return false;
            }
        }
        return true;
    }

    void listener(Consumer<Optional<String>> told) {
        listener = told;
    }

    /** Says that answers of a platform, or of all, are taken back. */
    void tell(Optional<String> platform) {
        listener.accept(platform);
    }

    void takeBackPath(String platform, String path) {
        tell(Optional.of(platform));
        counts.incrementAndGet(ofPath(platform, path));
    }

    void takeBackTag(String platform, String tag) {
        tell(Optional.of(platform));
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
