package dev.busbar.host.jobs;

/**
 * The end of a run from within: thrown by what is lent to the run, past handlers that catch exceptions. It has no stack
 * trace, and nothing has failed.
 */
final class RunEndedError extends Error {
    private static final long serialVersionUID = 1L;

    RunEndedError(String message) {
        super(message, null, false, false);
    }
}
