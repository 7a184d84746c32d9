package dev.busbar.host.limits;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The missing tokens of buckets that were evicted before they were full, so that eviction does not refill a bucket. A
 * fixed number of slots: subjects that share one share the larger debt, until it is refilled. Which subjects share is
 * random for each process. Thread-safe.
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
     * @param left the rest of a debt after a number of nanoseconds
     */
    LimitDebts(LongSupplier nanos, LongBinaryOperator left) {
        this.nanos = nanos;
        this.left = left;
    }

    /** The debt of a subject now. */
    long of(String subject) {
        return now(slots.get(slot(subject)), nanos.getAsLong());
    }

    /** Records the debt of a subject, unless more is owed in its slot. */
    void note(String subject, long missing) {
        if (missing <= 0) {
            return;
        }
        long at = nanos.getAsLong();
        Debt debt = new Debt(missing, at);
        slots.accumulateAndGet(slot(subject), debt, (known, added) -> now(known, at) >= missing ? known : added);
    }

    private long now(@Nullable Debt debt, long at) {
        return debt == null ? 0 : left.applyAsLong(debt.missing(), at - debt.atNanos());
    }

    /** Not {@link String#hashCode()}, which would let clients compute which subjects share a slot. */
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
