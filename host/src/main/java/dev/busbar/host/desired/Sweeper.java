package dev.busbar.host.desired;

import dev.busbar.host.artifacts.ArtifactStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes jars that neither run, nor shall run, nor may be rolled back to. Shadow copies are this node's own: they are
 * deleted as soon as nothing in this process needs them. Jars in the store are shared: another node may have stored one
 * and be about to use it, so they are deleted when nothing in the shared state refers to them and no node has touched
 * them for an hour. Confined to the thread that decides.
 */
public final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /**
     * Much longer than it takes from the check that a jar is in the store to the change of desired state that refers to
     * it, and than {@link dev.busbar.host.store.Blobs#TOUCH_PRECISION}.
     */
    static final Duration UNUSED = Duration.ofHours(1);

    private final ArtifactStore artifacts;
    private final DesiredStore desired;
    private final Predicate<String> isUsed;
    private final Clock clock;

    /**
     * A sweeper.
     *
     * @param isUsed whether something in memory needs the jar of a digest
     */
    public Sweeper(ArtifactStore artifacts, DesiredStore desired, Predicate<String> isUsed, Clock clock) {
        this.artifacts = artifacts;
        this.desired = desired;
        this.isUsed = isUsed;
        this.clock = clock;
    }

    /** Looks at all jars, on this node and in the store. */
    public void sweepAll() {
        try {
            sweep(artifacts.shadows());
            sweepStored();
        } catch (IOException | RuntimeException e) {
            LOG.warn("unused jars could not be found", e);
        }
    }

    private void sweepStored() {
        Instant since = clock.instant().minus(UNUSED);
        Set<String> wanted = desired.digests();
        for (String sha256 : artifacts.unusedSince(since)) {
            if (!wanted.contains(sha256) && !isUsed.test(sha256)) {
                artifacts.deleteStored(sha256, since, transaction -> DesiredStore.isReferenced(transaction, sha256));
            }
        }
    }

    /** Looks at the jars that were taken out of desired state or its history since the last call. */
    public void sweepDropped() {
        Set<String> dropped = desired.takeDropped();
        if (!dropped.isEmpty()) {
            sweep(dropped);
        }
    }

    /** Deletes the shadow copies of some jars, where they are not needed. */
    public void sweep(Set<String> candidates) {
        try {
            Set<String> wanted = desired.digests();
            for (String sha256 : candidates) {
                if (!wanted.contains(sha256) && !isUsed.test(sha256)) {
                    artifacts.deleteShadow(sha256);
                }
            }
        } catch (IOException | RuntimeException e) {
            // They cost space and nothing else; the next sweep tries again.
            LOG.warn("unused shadow copies could not be deleted", e);
        }
    }
}
