package dev.busbar.host.lifecycle;

import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes jars that neither run, nor shall run, nor may be gone back to. Confined to the thread that decides. */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final ArtifactStore artifacts;
    private final DesiredStore desired;
    private final Predicate<String> isUsed;

    /**
     * A sweeper.
     *
     * @param isUsed whether something in memory needs the jar of a digest
     */
    Sweeper(ArtifactStore artifacts, DesiredStore desired, Predicate<String> isUsed) {
        this.artifacts = artifacts;
        this.desired = desired;
        this.isUsed = isUsed;
    }

    /** Looks at all jars there are. */
    void sweepAll() {
        try {
            sweep(artifacts.digests());
        } catch (IOException | RuntimeException e) {
            LOG.warn("jars that nobody wants could not be found", e);
        }
    }

    /** Looks at those that were taken out of desired state or its history since this was last called. */
    void sweepDropped() {
        Set<String> dropped = desired.takeDropped();
        if (!dropped.isEmpty()) {
            sweep(dropped);
        }
    }

    void sweep(Set<String> candidates) {
        try {
            Set<String> wanted = desired.digests();
            for (String sha256 : candidates) {
                if (!wanted.contains(sha256) && !isUsed.test(sha256)) {
                    artifacts.delete(sha256);
                }
            }
        } catch (IOException | RuntimeException e) {
            // They cost room and nothing else; the next start of the host tries again.
            LOG.warn("jars that nobody wants could not be deleted", e);
        }
    }
}
