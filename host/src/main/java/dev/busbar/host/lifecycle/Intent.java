package dev.busbar.host.lifecycle;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.isolation.Artifact;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One wish about one plugin, applied once. */
sealed interface Intent {
    /** Which plugin. */
    String pluginId();

    /**
     * Run this artifact.
     *
     * @param enabled whether a plugin that is not known yet is to be served
     * @param gone the file in whose place it comes; nothing is done when something else has taken that by then
     */
    record Install(Artifact artifact, Origin origin, Consent consent, boolean enabled, Optional<Origin> gone)
            implements Intent {
        @Override
        public String pluginId() {
            return artifact.id();
        }
    }

    /** Run what desired state names; asked once for each plugin when the host starts. */
    record Boot(Desired desired) implements Intent {
        @Override
        public String pluginId() {
            return desired.pluginId();
        }
    }

    /**
     * Run what another node wants to run, without writing desired state once more.
     *
     * @param stored desired state as it was found in the store
     */
    record Follow(DesiredStore.Stored stored) implements Intent {
        @Override
        public String pluginId() {
            return stored.desired().pluginId();
        }
    }

    /**
     * Forget what another node has removed.
     *
     * @param revision at which it was not in the store any more
     */
    record FollowRemoval(String pluginId, long revision) implements Intent {}

    /** Start a fresh generation of what runs. */
    record Reload(String pluginId) implements Intent {}

    /**
     * Run what ran before.
     *
     * @param force even if it cannot read the state that was written since
     */
    record Rollback(String pluginId, boolean force) implements Intent {}

    /**
     * Run with another configuration.
     *
     * @param json a JSON object; empty for none
     */
    record Configure(String pluginId, String json) implements Intent {}

    /** Try again what could not be done at once. */
    record Again(String pluginId) implements Intent {}

    /**
     * Run again.
     *
     * @param lasting whether it is tried again when that fails
     */
    record Enable(String pluginId, boolean lasting) implements Intent {}

    /** Stop running, and remember what. */
    record Disable(String pluginId) implements Intent {}

    /**
     * Forget it.
     *
     * @param gone the file that had installed it; nothing is done when something else has taken its place by then
     */
    record Remove(String pluginId, Optional<Origin> gone) implements Intent {}

    /** An intent with the one whose wish it is, and the one who waits for what becomes of it. */
    record Pending(Intent intent, Actor actor, CompletableFuture<PluginView> outcome) {}
}
