package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Sweeper;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.starts.StartGate;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The generations of all plugins, from their creation to the deletion of the jars that they no longer need. Confined to
 * the thread that decides.
 */
final class Generations {
    private final LiveGeneration.Dependencies dependencies;
    private final Retirement retirement;
    private final Sweeper sweeper;
    private final Executor thread;
    private final StartGate gate = new StartGate();
    private long last;

    Generations(LiveGeneration.Dependencies dependencies, Retirement retirement, Sweeper sweeper, Executor thread) {
        this.dependencies = dependencies;
        this.retirement = retirement;
        this.sweeper = sweeper;
        this.thread = thread;
    }

    /** Creates a generation that has not begun to load. */
    LiveGeneration create(Artifact artifact, String configuration) {
        LiveGeneration generation = new LiveGeneration(artifact, configuration, ++last, dependencies);
        retirement.began(generation);
        return generation;
    }

    /** The gate that decides which starts run at the same time. */
    StartGate gate() {
        return gate;
    }

    /** Drains, closes and unloads a generation that is no longer in the route table; completes when it is gone. */
    CompletableFuture<Void> retire(LiveGeneration generation, Retirement.Streams streams) {
        return swept(generation, retirement.retire(generation, streams));
    }

    /** Closes and unloads a generation that was never published; completes when it is gone. */
    CompletableFuture<Void> discard(LiveGeneration generation, String why) {
        return swept(generation, retirement.failed(generation, why));
    }

    /**
     * Discards a generation that has found its native library loaded by an earlier one; completes when the class loaders of
     * all generations of its plugin that do not serve are collected, or that could not be had in time.
     */
    CompletableFuture<Void> released(LiveGeneration generation, String why) {
        return discard(generation, why)
                .thenCompose(
                        gone -> retirement.whenReleased(generation.artifact().id()));
    }

    private CompletableFuture<Void> swept(LiveGeneration generation, CompletableFuture<Void> gone) {
        String sha256 = generation.artifact().sha256();
        return gone.thenRunAsync(() -> sweeper.sweep(Set.of(sha256)), thread);
    }

    /**
     * Completes when an artifact may start: at once, or, where two generations of its plugin must not run at once, when all
     * current ones but the one that serves are gone.
     */
    CompletableFuture<Void> whenAlone(Artifact artifact) {
        return retirement.whenAlone(artifact);
    }
}
