package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.DesiredStore;
import dev.busbar.host.isolation.Artifact;
import java.io.IOException;
import java.util.Optional;

/**
 * The target of a swap: what shall serve. Immutable.
 *
 * @param artifact the jar
 * @param configuration what it runs with, a JSON object; empty for none
 * @param desired desired state once it serves
 * @param step how that is written
 * @param retries whether a start that fails is retried
 * @param notice what a maintainer should know while it serves; empty when all is well
 */
record Target(Artifact artifact, String configuration, Desired desired, Step step, Retries retries, String notice) {
    /** How desired state is written when the target is reached. */
    enum Step {
        /** On top of the history. */
        INSTALL,
        /** On top of the history, and its file is recorded as applied: both or neither. */
        TAKE,
        /** In place. */
        UPDATE,
        /** In place, and what came after it is dropped from the history. */
        ROLLBACK,
        /** Not at all: it is what desired state says. */
        NONE
    }

    /** The retries of a start that has failed. */
    enum Retries {
        /** None: an operator has requested it and gets a response. */
        NEVER,
        /** With backoff, unless the digest is quarantined. */
        BACKOFF,
        /** With backoff; the digest has served before, so it may have crashed with the host without being the cause. */
        BACKOFF_SERVED
    }

    Target(Artifact artifact, Desired desired, Step step, Retries retries) {
        this(artifact, desired.configuration(), desired, step, retries, "");
    }

    /** The target of the current desired state. */
    static Target resumed(Artifact artifact, Desired desired) {
        return new Target(artifact, desired, Step.NONE, desired.served() ? Retries.BACKOFF_SERVED : Retries.BACKOFF);
    }

    /** This target once desired state says so. */
    Target written(Retries value) {
        return new Target(artifact, configuration, desired, Step.NONE, value, notice);
    }

    /** This target with desired state as it is once the artifact has served. */
    Target reached() {
        Desired after = desired.served(artifact);
        Step last = step == Step.NONE && !after.equals(desired) ? Step.UPDATE : step;
        return new Target(artifact, configuration, after, last, retries, notice);
    }

    /** Writes desired state, with its audit event where it has one, after its jar is certain to stay in the store. */
    void write(DesiredStore store, ArtifactStore artifacts, Optional<AuditEvent> event) throws IOException {
        if (step == Step.INSTALL || step == Step.TAKE || step == Step.UPDATE) {
            artifacts.keep(artifact);
        }
        switch (step) {
            case INSTALL -> store.install(desired, event);
            case TAKE -> store.take(desired, event);
            case UPDATE -> store.update(desired, event);
            case ROLLBACK -> store.rollback(desired, event.orElseThrow());
            case NONE -> event.ifPresent(store::record);
        }
    }
}
