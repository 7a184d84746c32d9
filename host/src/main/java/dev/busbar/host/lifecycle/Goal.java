package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;

/**
 * What shall serve. Immutable.
 *
 * @param artifact the jar
 * @param wanted desired state once it does
 * @param step how that is written
 * @param pursuit what is done about it when it cannot be reached now
 */
record Goal(Artifact artifact, Desired wanted, Step step, Pursuit pursuit) {
    /** How desired state is written when the goal is reached. */
    enum Step {
        /** On top of what ran before. */
        INSTALL,
        /** In place. */
        UPDATE,
        /** In place, and what came after it is forgotten. */
        ROLLBACK,
        /** It is what desired state says. */
        NONE
    }

    /** What becomes of a goal that was not reached. */
    enum Pursuit {
        /** A person has asked and gets the answer. */
        ONCE,
        /** It is tried again; a digest that killed the process is not. */
        LASTING,
        /** The same for what has run before: it may have died with the host for no fault of its own. */
        RESUMED
    }

    /** The same, of which desired state says so by now. */
    Goal written() {
        return new Goal(artifact, wanted, Step.NONE, Pursuit.RESUMED);
    }

    /** Writes it down. */
    void write(DesiredStore store) {
        switch (step) {
            case INSTALL -> store.install(wanted);
            case UPDATE -> store.update(wanted);
            case ROLLBACK -> store.rollback(wanted);
            case NONE -> {}
        }
    }

    /** After how many deaths of the host it is no longer tried. */
    int deathLimit() {
        return switch (pursuit) {
            case ONCE -> Integer.MAX_VALUE;
            case LASTING -> 1;
            case RESUMED -> 2;
        };
    }
}
