package dev.busbar.host.artifacts;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A copied jar, and one hold on it: the jar is not deleted before all its admissions are closed. May be used from any
 * thread.
 */
public final class Admission implements AutoCloseable {
    private final ArtifactStore store;
    private final ArtifactStore.Shadow shadow;
    private final Runnable released;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param released runs when this hold has ended */
    Admission(ArtifactStore store, ArtifactStore.Shadow shadow, Runnable released) {
        this.store = store;
        this.shadow = shadow;
        this.released = released;
    }

    /** The digest of the jar. */
    public String sha256() {
        return shadow.sha256();
    }

    /**
     * Checks the jar without running it, and stores it if it is valid and trusted.
     *
     * @param signature the content of its {@code .sig} file; empty when there is none
     * @throws InvalidPluginException when it cannot be loaded, or has no signature of a trusted signer
     */
    public Artifact check(Optional<String> signature) throws InvalidPluginException, IOException {
        return store.accept(shadow, signature);
    }

    /** Another hold on this jar, which is closed separately. */
    public Admission retain() {
        store.hold(shadow.sha256());
        return new Admission(store, shadow, released);
    }

    /** Holds the jar, beside this hold, until a future completes. */
    public <T> CompletableFuture<T> heldUntil(CompletableFuture<T> outcome) {
        Admission hold = retain();
        CompletableFuture<T> unused = outcome.whenComplete((done, failure) -> hold.close());
        return outcome;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            store.release(shadow.sha256());
            released.run();
        }
    }
}
