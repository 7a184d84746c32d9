package dev.busbar.host.cli;

/** What was typed is not understood; the message is one sentence for a person. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
