package dev.busbar.host.store;

/** A store that cannot be opened or is incomplete. The message says what to do and contains no secret. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the fault, and what to do */
    public StoreException(String message) {
        super(message);
    }

    /** What went wrong, and what to do. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
