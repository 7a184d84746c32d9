package dev.busbar.drill;

/**
 * A requested change of one plugin.
 *
 * @param value the serial of a jar, or the number in a configuration; 0 for other changes
 */
record Change(Kind kind, int value) {
    /** The kind of change. */
    enum Kind {
        INSTALL,
        CONFIGURE,
        ROLLBACK,
        DISABLE,
        ENABLE
    }

    /** The outcome as reported by the host. */
    enum Outcome {
        /** Acknowledged. */
        DONE,
        /** Rejected: nothing has changed. */
        REFUSED,
        /** Unknown: no response, or one without an outcome. */
        EITHER
    }
}
