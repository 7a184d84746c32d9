package dev.busbar.host.store;

/** The store cannot be opened, or does not hold what it must. The message says what to do and names no secret. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and what to do. */
    public StoreException(String message) {
        super(message);
    }

    /** What went wrong, and what to do. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
