package dev.busbar.host.store;

import org.jdbi.v3.core.Handle;

/**
 * A transaction of the store. Passed on by features that change something together, and used by their {@code …Store}s
 * on the thread that began it until its work returns.
 */
public final class Transaction {
    private final Handle handle;

    /** The transaction of a handle. */
    public Transaction(Handle handle) {
        this.handle = handle;
    }

    /** The work of a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs in the transaction; an exception rolls it back. */
        T in(Transaction transaction);
    }

    /** For statements of a {@code …Store}. */
    public Handle handle() {
        return handle;
    }
}
