package dev.busbar.host.lifecycle;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.desired.DesiredStore;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A change of one plugin, applied once. Immutable. */
sealed interface Intent {
    /** The plugin to change. */
    String pluginId();

    /**
     * Runs this artifact.
     *
     * @param enabled whether a plugin that is not known yet is to be served
     * @param gone the file that it replaces; nothing is done when something else has replaced that by then
     */
    record Install(Artifact artifact, Origin origin, Consent consent, boolean enabled, Optional<Origin> gone)
            implements Intent {
        @Override
        public String pluginId() {
            return artifact.id();
        }

        /** The same change with notes on its artifact. */
        Install noted(Artifact noted) {
            return new Install(noted, origin, consent, enabled, gone);
        }
    }

    /** Runs what desired state says; submitted once for each plugin when the host starts. */
    record Boot(DesiredStore.Stored stored) implements Intent {
        @Override
        public String pluginId() {
            return stored.desired().pluginId();
        }
    }

    /**
     * Follows a change of another node, without writing desired state.
     *
     * @param stored desired state as it was found in the store
     * @param epoch the epoch of the store in which it was found
     */
    record Follow(DesiredStore.Stored stored, int epoch) implements Intent {
        @Override
        public String pluginId() {
            return stored.desired().pluginId();
        }
    }

    /**
     * Follows a removal by another node.
     *
     * @param revision the revision at which the plugin was no longer in the store
     * @param epoch the epoch of the store in which that was found
     */
    record FollowRemoval(String pluginId, long revision, int epoch) implements Intent {}

    /** Starts a new generation of what runs. */
    record Reload(String pluginId) implements Intent {}

    /**
     * Runs the previous version.
     *
     * @param force even if it cannot read the state that was written since
     */
    record Rollback(String pluginId, boolean force) implements Intent {}

    /**
     * Runs with another configuration.
     *
     * @param json a JSON object; empty for none
     */
    record Configure(String pluginId, String json) implements Intent {}

    /** Retries what is pending. */
    record Retry(String pluginId) implements Intent {}

    /**
     * Serves a disabled plugin again.
     *
     * @param lasting whether a start that fails is retried
     */
    record Enable(String pluginId, boolean lasting) implements Intent {}

    /** Stops serving a plugin, persistently. */
    record Disable(String pluginId) implements Intent {}

    /**
     * Removes a plugin.
     *
     * @param gone the file that had installed it; nothing is done when something else has replaced that by then
     */
    record Remove(String pluginId, Optional<Origin> gone) implements Intent {}

    /**
     * An intent that an actor has submitted.
     *
     * @param outcome completes with the view of the plugin, or with a {@link ChangeRefusedException}
     */
    record Request(Intent intent, Actor actor, CompletableFuture<PluginView> outcome) {
        /** A request of the host itself. */
        static Request ofHost(Intent intent) {
            return new Request(intent, Actor.HOST, new CompletableFuture<>());
        }
    }
}
