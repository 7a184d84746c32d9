package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.desired.DesiredStore;
import dev.busbar.host.generation.GenerationSettings;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.starts.StartStore;
import dev.busbar.host.state.States;

/**
 * The parts of the host that the decisions about plugins use, one of each for all plugins. Used by the thread that
 * decides.
 *
 * @param thread the thread that decides
 * @param registry all plugins
 * @param routes the route table, which is written here only
 */
record Tools(
        LifecycleSettings settings,
        LifecycleThread thread,
        Stores stores,
        Generations generations,
        PluginRegistry registry,
        Routes routes) {
    /**
     * Stored state.
     *
     * @param desired desired state
     * @param artifacts jars by their digest
     * @param starts the journal of starts
     * @param states the lasting state of platforms
     */
    record Stores(DesiredStore desired, ArtifactStore artifacts, StartStore starts, States states) {}

    DesiredStore desired() {
        return stores.desired();
    }

    ArtifactStore artifacts() {
        return stores.artifacts();
    }

    StartStore starts() {
        return stores.starts();
    }

    States states() {
        return stores.states();
    }

    boolean isStopping() {
        return thread.isStopping();
    }

    /** Suspends the requests of a platform from now on. */
    Hold hold(String id) {
        GenerationSettings.Bulkhead bulkhead = settings.bulkhead();
        return routes.hold(id, bulkhead.threads() + bulkhead.queue());
    }
}
