package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.isolation.Artifact;
import java.io.IOException;
import java.util.Optional;

/**
 * What shall serve. Immutable.
 *
 * @param artifact the jar
 * @param configuration what it runs with, a JSON object; empty for none
 * @param wanted desired state once it does
 * @param step how that is written
 * @param pursuit what is done about it when it cannot be reached now
 * @param notice what a maintainer should know while it serves; empty when all is well
 */
record Goal(Artifact artifact, String configuration, Desired wanted, Step step, Pursuit pursuit, String notice) {
    /** How desired state is written when the goal is reached. */
    enum Step {
        /** On top of what ran before. */
        INSTALL,
        /** The same, and the file that it came from is dealt with: both or neither. */
        TAKE,
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

    Goal(Artifact artifact, Desired wanted, Step step, Pursuit pursuit) {
        this(artifact, wanted.configuration(), wanted, step, pursuit, "");
    }

    /** What desired state wants already. */
    static Goal resumed(Artifact artifact, Desired wanted) {
        return new Goal(artifact, wanted, Step.NONE, wanted.served() ? Pursuit.RESUMED : Pursuit.LASTING);
    }

    /** The same, of which desired state says so by now. */
    Goal written(Pursuit from) {
        return new Goal(artifact, configuration, wanted, Step.NONE, from, notice);
    }

    /** The same with whatever desired state says of it once it has served. */
    Goal reached() {
        Desired after = wanted.served(artifact);
        Step last = step == Step.NONE && !after.equals(wanted) ? Step.UPDATE : step;
        return new Goal(artifact, configuration, after, last, pursuit, notice);
    }

    /** Writes it down, with its audit event where it has one, after its jar is certain to stay in the store. */
    void write(DesiredStore store, ArtifactStore artifacts, Optional<AuditEvent> event) throws IOException {
        if (step == Step.INSTALL || step == Step.TAKE || step == Step.UPDATE) {
            artifacts.keep(artifact);
        }
        switch (step) {
            case INSTALL -> store.install(wanted, event);
            case TAKE -> store.take(wanted, event);
            case UPDATE -> store.update(wanted, event);
            case ROLLBACK -> store.rollback(wanted, event.orElseThrow());
            case NONE -> event.ifPresent(store::record);
        }
    }
}
