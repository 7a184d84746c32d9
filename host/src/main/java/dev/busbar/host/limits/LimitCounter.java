package dev.busbar.host.limits;

/** How much is left of one policy to each of those whom it counts apart. Thread-safe; never blocks. */
interface LimitCounter {
    /** What a wait is where nobody knows how long it takes. */
    long UNKNOWN = 0;

    /**
     * What one was told.
     *
     * @param passes whether there was enough
     * @param remaining how much is left
     * @param waitSeconds when there is more, or, where there was not enough, when there is enough; at least 1, or
     *     {@link #UNKNOWN}
     */
    record Verdict(boolean passes, long remaining, long waitSeconds) {}

    /** Takes what a request costs, where there is as much. */
    Verdict take(String subject, long cost);

    /** Looks whether there is as much; takes nothing. */
    Verdict look(String subject, long cost);

    /** Gives back what was taken for a request. Answers how much that was. */
    long giveBack(String subject, long cost);
}
