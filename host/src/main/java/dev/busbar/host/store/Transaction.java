package dev.busbar.host.store;

import org.jdbi.v3.core.Handle;

/**
 * Changes of the store that are made together or not at all. Handed through features that change something together,
 * used by their {@code …Store}s, on the thread that began it and until its work returns.
 */
public final class Transaction {
    private final Handle handle;

    /** The transaction of a handle. */
    public Transaction(Handle handle) {
        this.handle = handle;
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it; whatever it throws undoes all of it. */
        T in(Transaction transaction);
    }

    /** For statements of a {@code …Store}. */
    public Handle handle() {
        return handle;
    }
}
