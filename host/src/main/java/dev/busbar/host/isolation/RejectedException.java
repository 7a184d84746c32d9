package dev.busbar.host.isolation;

/** Says why a jar is not taken, in one sentence that a person can act on. */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Rejects with a reason. */
    public RejectedException(String reason) {
        super(reason);
    }

    /** Rejects with a reason and what led to it. */
    public RejectedException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }
}
