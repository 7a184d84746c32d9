package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.routing.Routes;
import java.util.concurrent.Executor;

/** What a {@link Slot} needs of its surroundings; all of it used on the thread that decides. */
interface Decider {
    /** The thread that decides. */
    Executor executor();

    /** What is served. */
    Routes routes();

    /** What shall run. */
    DesiredStore desired();

    /** Jars. */
    ArtifactStore artifacts();

    /** Whether what development only warns of is refused. */
    boolean strict();

    /** Whether nothing is to be published any more. */
    boolean isStopping();

    /** Makes a generation with a number of its own. */
    LiveGeneration newGeneration(Artifact artifact);

    /** Lets a published generation finish and go. */
    void retire(LiveGeneration generation);

    /** Lets a generation that was never published go. */
    void gone(LiveGeneration generation, String why);

    /** Shows what has become of a plugin. */
    void changed(Slot slot);
}
