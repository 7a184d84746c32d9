package dev.busbar.plugin.state;

/** The refusal of a document or blob that is larger than one may be. Nothing was stored. */
public final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long maxBytes;

    private TooLargeException(String message, long maxBytes) {
        super(message);
        this.maxBytes = maxBytes;
    }

    /**
     * A refusal.
     *
     * @param what is too large, such as {@code document bills/42}
     * @param maxBytes how large it may be
     */
    public static TooLargeException of(String what, long maxBytes) {
        return new TooLargeException(what + ": too large (expected: at most " + maxBytes + " bytes)", maxBytes);
    }

    /** How large it may be. */
    public long maxBytes() {
        return maxBytes;
    }
}
