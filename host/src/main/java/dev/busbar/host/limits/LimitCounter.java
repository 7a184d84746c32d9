package dev.busbar.host.limits;

/** The remaining amount of one policy for each subject. Thread-safe; never blocks. */
interface LimitCounter {
    /** A wait of unknown length. */
    long UNKNOWN = 0;

    /**
     * The outcome of a charge.
     *
     * @param passes whether enough was left
     * @param remaining the amount that is left
     * @param waitSeconds until more is left, or, after a rejection, until enough is left; at least 1, or
     *     {@link #UNKNOWN}
     */
    record Verdict(boolean passes, long remaining, long waitSeconds) {}

    /** Takes the cost of a request, if enough is left. */
    Verdict take(String subject, long cost);

    /** Returns whether enough is left, and takes nothing. */
    Verdict look(String subject, long cost);

    /** Returns what was taken for a request to the counter; the result is how much that was. */
    long refund(String subject, long cost);
}
