package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The changes that an actor may request. Each outcome comes at publish or refusal. May be called from any thread. */
public final class PluginChanges {
    private final Plugins plugins;
    private final Actor actor;

    PluginChanges(Plugins plugins, Actor actor) {
        this.plugins = plugins;
        this.actor = actor;
    }

    /**
     * Installs a jar that came through the API, or swaps to it.
     *
     * @param signature the content of its {@code .sig} file; empty when there is none
     * @param arrived runs when the whole jar has arrived, which may take minutes, before anything is done with it; throws to
     *     refuse it
     */
    public CompletableFuture<PluginView> install(
            InputStream jar, Optional<String> signature, Consent consent, Runnable arrived) throws IOException {
        try (Admission admission = plugins.admit(jar)) {
            arrived.run();
            Artifact artifact = admission.check(signature);
            return admission.heldUntil(
                    plugins.submit(new Intent.Install(artifact, Origin.API, consent, true, Optional.empty()), actor));
        } catch (InvalidPluginException e) {
            return CompletableFuture.failedFuture(
                    new ChangeRefusedException(ChangeRefusedException.Cause.REJECTED, e.reason()));
        }
    }

    /** Swaps to a new generation of the jar that runs. */
    public CompletableFuture<PluginView> reload(String id) {
        return plugins.submit(new Intent.Reload(id), actor);
    }

    /**
     * Swaps to the previous digest and configuration, also while the store cannot be written.
     *
     * @param force even if it cannot read the state that was written since
     */
    public CompletableFuture<PluginView> rollback(String id, boolean force) {
        return plugins.submit(new Intent.Rollback(id, force), actor);
    }

    /**
     * Swaps to another configuration of the jar that runs.
     *
     * @param json a JSON object; empty for none
     */
    public CompletableFuture<PluginView> configure(String id, String json) {
        return plugins.submit(new Intent.Configure(id, json), actor);
    }

    /** Enables a plugin. */
    public CompletableFuture<PluginView> enable(String id) {
        return plugins.submit(new Intent.Enable(id, false), actor);
    }

    /** Disables a plugin persistently, also while the store cannot be written. */
    public CompletableFuture<PluginView> disable(String id) {
        return plugins.submit(new Intent.Disable(id), actor);
    }

    /** Removes a plugin. */
    public CompletableFuture<PluginView> remove(String id) {
        return plugins.submit(new Intent.Remove(id, Optional.empty()), actor);
    }
}
