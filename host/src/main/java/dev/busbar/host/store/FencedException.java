package dev.busbar.host.store;

/** A write that came too late: what allowed it has ended, or belongs to somebody else now. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal of a write. */
    public FencedException(String message) {
        super(message);
    }
}
