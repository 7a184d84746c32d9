package dev.busbar.host.isolation;

import org.jspecify.annotations.Nullable;

/** Says why a jar is not taken, in one sentence that a person can act on. */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean incomplete;

    /** Rejects with a reason. */
    public RejectedException(String reason) {
        this(reason, null, false);
    }

    /** Rejects with a reason and what led to it. */
    public RejectedException(String reason, Throwable cause) {
        this(reason, cause, false);
    }

    private RejectedException(String reason, @Nullable Throwable cause, boolean incomplete) {
        super(reason, cause);
        this.incomplete = incomplete;
    }

    /** Rejects what may be a file that is still being written. */
    static RejectedException incomplete(String reason, Throwable cause) {
        return new RejectedException(reason, cause, true);
    }

    /** Whether the file may still be being written. */
    public boolean isIncomplete() {
        return incomplete;
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }
}
