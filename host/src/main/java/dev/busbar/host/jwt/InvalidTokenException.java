package dev.busbar.host.jwt;

/**
 * A token that is not accepted. The reason is for the log of the operator: it contains no part of the token, and no client
 * gets to see it. Carries no stack trace.
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

    /** The exception for a token that has expired. */
    static InvalidTokenException expired() {
        return new InvalidTokenException("it has expired", true);
    }

    /** True for a genuine token that has expired, which is no attempt to guess one. */
    public boolean isExpired() {
        return expired;
    }
}
