package dev.busbar.host.lifecycle;

/** Says why an intent was not carried out, in one sentence that a person can act on. Nothing has changed then. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Cause kind;

    /** Whose doing it is. */
    public enum Cause {
        /** The jar is not taken as it is. */
        REJECTED,
        /** The new generation did not load, start or pass its checks. */
        FAILED,
        /** What runs does not allow it. */
        CONFLICT,
        /** There is no such plugin. */
        UNKNOWN,
        /** The host could not do it now. */
        HOST
    }

    /** Refuses. */
    public RefusedException(Cause kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    /** Whose doing it is. */
    public Cause kind() {
        return kind;
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }
}
