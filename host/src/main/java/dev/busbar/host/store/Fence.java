package dev.busbar.host.store;

import org.jspecify.annotations.Nullable;

/**
 * A condition that every write of some code has to meet in its own transaction, such as the lease of the job on whose
 * behalf it runs. Everything that a platform writes is checked against the fence of its thread. A fence may be called
 * from any thread; {@link #current} and {@link #enter} see the calling thread only.
 */
@FunctionalInterface
public interface Fence {
    /** The fence of code that no lease guards. */
    Fence NONE = transaction -> {};

    /**
     * Checks the condition, as the first statement of a transaction, and holds it until the transaction has ended: by a
     * lock on the row that says it, because a plain read lets late writes through.
     *
     * @throws FencedException when the condition does not hold any more; the transaction is to be rolled back
     */
    void check(Transaction transaction);

    /**
     * Called when the store was unavailable to code of a platform on this thread, with the very problem that the code
     * gets: a failure of the code by it is none of its own.
     */
    default void unavailable(RuntimeException problem) {}

    /** The fence of this thread; {@link #NONE} where there is none. */
    static Fence current() {
        Fence fence = Current.FENCE.get();
        return fence == null ? NONE : fence;
    }

    /**
     * Sets the fence of this thread.
     *
     * @param fence null for none
     * @return the previous one, to be restored afterwards
     */
    static @Nullable Fence enter(@Nullable Fence fence) {
        Fence before = Current.FENCE.get();
        if (fence == null) {
            Current.FENCE.remove();
        } else {
            Current.FENCE.set(fence);
        }
        return before;
    }

    /** Holds the fence of each thread: a field of an interface would be public. */
    final class Current {
        private static final ThreadLocal<@Nullable Fence> FENCE = new ThreadLocal<>();

        private Current() {}
    }
}
