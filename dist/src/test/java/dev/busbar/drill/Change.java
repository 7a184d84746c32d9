package dev.busbar.drill;

/**
 * A change of one plugin that somebody asks for.
 *
 * @param value the serial of a jar, or the number in a configuration; 0 for others
 */
record Change(Kind kind, int value) {
    /** What is changed. */
    enum Kind {
        INSTALL,
        CONFIGURE,
        ROLLBACK,
        DISABLE,
        ENABLE
    }

    /** What was heard of it. */
    enum Outcome {
        /** It is done: the host has said so. */
        DONE,
        /** It was refused: nothing has changed. */
        REFUSED,
        /** Nobody knows: no answer, or one that does not tell. */
        EITHER
    }
}
