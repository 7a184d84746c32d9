package dev.busbar.host.limits;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What buckets lacked that had to be dropped before they were full, so that being dropped is no way to a full one. Kept
 * in a fixed number of slots: callers who share one share the larger debt, until it is refilled. Who shares with whom is
 * different in each process. Thread-safe.
 */
final class LimitDebts {
    private static final int SLOTS = 1 << 16;
    private static final long PRIME = 0x100000001b3L;

    private final AtomicReferenceArray<@Nullable Debt> slots = new AtomicReferenceArray<>(SLOTS);
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final LongSupplier nanos;
    private final LongBinaryOperator left;

    private record Debt(long missing, long atNanos) {}

    /**
     * No debts.
     *
     * @param left what is left of a debt after so many nanoseconds
     */
    LimitDebts(LongSupplier nanos, LongBinaryOperator left) {
        this.nanos = nanos;
        this.left = left;
    }

    /** What a caller owes now. */
    long of(String subject) {
        return now(slots.get(slot(subject)), nanos.getAsLong());
    }

    /** Keeps what a caller owes now, unless more is owed in its slot. */
    void note(String subject, long missing) {
        if (missing <= 0) {
            return;
        }
        long at = nanos.getAsLong();
        Debt debt = new Debt(missing, at);
        slots.accumulateAndGet(slot(subject), debt, (kept, noted) -> now(kept, at) >= missing ? kept : noted);
    }

    private long now(@Nullable Debt debt, long at) {
        return debt == null ? 0 : left.applyAsLong(debt.missing(), at - debt.atNanos());
    }

    /** Not by {@link String#hashCode()}, of which anybody can tell who shares a slot with whom. */
    private int slot(String subject) {
        long hash = seed;
        for (int i = 0; i < subject.length(); i++) {
            hash = (hash ^ subject.charAt(i)) * PRIME;
            hash ^= hash >>> 29;
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 48);
    }
}
