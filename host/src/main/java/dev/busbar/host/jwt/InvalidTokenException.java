package dev.busbar.host.jwt;

/**
 * A token that is not taken. The reason is for the log of whoever runs the host: it names no part of the token, and a
 * client never gets to see it. Carries no stack trace: it is an outcome, not a fault.
 */
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean expired;

    private InvalidTokenException(String reason, boolean expired) {
        super(reason, null, false, false);
        this.expired = expired;
    }

    static InvalidTokenException because(String reason) {
        return new InvalidTokenException(reason, false);
    }

    /** For a token that says of itself that its time is over. */
    static InvalidTokenException expired() {
        return new InvalidTokenException("it has expired", true);
    }

    /** True for a genuine token that has expired, which is no attempt to guess one. */
    public boolean isExpired() {
        return expired;
    }
}
