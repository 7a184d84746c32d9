package dev.busbar.core;

/** The refusal of what a platform declares; its message names everything that is wrong, for the author of the platform. */
public final class InvalidDeclarationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /** A refusal. */
    public InvalidDeclarationException(String reason) {
        super(reason);
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
