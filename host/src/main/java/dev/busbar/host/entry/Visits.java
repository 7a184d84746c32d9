package dev.busbar.host.entry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The visits inside the code of one generation. Each request adds and removes one, so the first few dozen have slots,
 * which cost one compare-and-set and no allocation; more are kept in a set. Thread-safe; a visit is added and removed by
 * the thread that makes it.
 */
final class Visits {
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int PROBES = 4;
    private static final int NO_SLOT = -1;

    /** Spreads thread ids, which are consecutive, over the slots (Knuth, TAOCP 3, 6.4: multiplicative hashing). */
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final AtomicReferenceArray<@Nullable Visit> slots = new AtomicReferenceArray<>(SLOTS);
    private final Set<Visit> others = ConcurrentHashMap.newKeySet();

    void add(Visit visit) {
        int first = ((int) Thread.currentThread().getId() * GOLDEN_RATIO) >>> (Integer.SIZE - BITS);
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = (first + probe) & (SLOTS - 1);
            if (slots.compareAndSet(slot, null, visit)) {
                visit.slot = slot;
                return;
            }
        }
        visit.slot = NO_SLOT;
        others.add(visit);
    }

    void remove(Visit visit) {
        if (visit.slot == NO_SLOT) {
            others.remove(visit);
        } else {
            slots.setRelease(visit.slot, null);
        }
    }

    /** The visits at this moment; one that is added or removed meanwhile may be among them or not. */
    Stream<Visit> stream() {
        return Stream.concat(
                IntStream.range(0, SLOTS).mapToObj(slots::get).flatMap(Stream::ofNullable), others.stream());
    }
}
