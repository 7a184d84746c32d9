package dev.busbar.host.jwt;

/** The keys of an issuer cannot be had at this moment, so nothing can be said of a token. Carries no stack trace. */
public final class KeysUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The keys cannot be read or fetched now. */
    public KeysUnavailableException(String message) {
        super(message, null, false, false);
    }
}
