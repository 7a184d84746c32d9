package dev.busbar.host.audit;

/** Nothing can be recorded at the moment, so nothing that has to be may be done. Worth another try soon. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
        super(message);
    }
}
