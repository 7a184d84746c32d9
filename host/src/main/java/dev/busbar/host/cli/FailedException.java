package dev.busbar.host.cli;

/** A command was refused or has failed. The message is one line for the user, without a secret. */
final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
        super(message);
    }

    FailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
