package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.Routes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/** What a {@link Slot} needs of its surroundings; all of it is called on the thread that decides. */
interface Decider {
    /** The thread that decides. */
    Executor executor();

    /** What is served. */
    Routes routes();

    /** Desired state. */
    DesiredStore desired();

    /** Jars by their digest. */
    ArtifactStore artifacts();

    /** What was being started when the host died. */
    StartStore journal();

    /** Whether what development only warns of is refused. */
    boolean strict();

    /** Whether the host is stopping: nothing new is published then. */
    boolean isStopping();

    /** Notifies the listeners of ended swaps. */
    void swapEnded(SwapEnded event);

    /** When a start that has failed is tried again. */
    LifecycleSettings.Retry retry();

    /** Why an artifact cannot start now, as far as other platforms are concerned; empty when it can. */
    Optional<String> unmet(Artifact artifact);

    /** A generation that has not begun to load. */
    LiveGeneration newGeneration(Artifact artifact, String configuration);

    /** Lets the requests of a platform wait at the host from now on. */
    Hold hold(String id);

    /** Drains, closes and unloads a generation that is no longer in the route table; completes when it is gone. */
    CompletableFuture<Void> retire(LiveGeneration generation, Retirement.Streams streams);

    /** Closes and unloads a generation that was never published; completes when it is gone. */
    CompletableFuture<Void> gone(LiveGeneration generation, String why);

    /**
     * Completes when an artifact may start: at once, or, where two generations of its plugin may not run at once, when
     * all that there are now, but for the one that serves, are gone.
     */
    CompletableFuture<Void> whenAlone(Artifact artifact);

    /** Who may start at the same time. */
    StartGate gate();

    /** Has a plugin try again after a while. */
    Future<?> later(String id, Duration delay);

    /** Tells that something about a plugin has changed. */
    void changed(String id);

    /** Tells that an intent was applied or refused. */
    void applied(Intent intent);
}
