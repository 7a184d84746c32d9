package dev.busbar.host.jwt;

/** The keys of an issuer are not available now, so a token can be neither accepted nor rejected. Carries no stack trace. */
public final class KeysUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The keys cannot be read or fetched now. */
    public KeysUnavailableException(String message) {
        super(message, null, false, false);
    }
}
