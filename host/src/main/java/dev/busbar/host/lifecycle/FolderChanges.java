package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The changes that files in the plugin folders request. Each outcome comes at publish or refusal. May be called from
 * any thread.
 */
public final class FolderChanges {
    private final Plugins plugins;

    FolderChanges(Plugins plugins) {
        this.plugins = plugins;
    }

    /**
     * Copies a jar; the caller closes the admission.
     *
     * @throws InvalidPluginException when it is too large
     */
    public Admission admit(InputStream jar) throws InvalidPluginException, IOException {
        return plugins.admit(jar);
    }

    /**
     * Installs the jar of a file, or swaps to it.
     *
     * @param enabled whether a plugin that is not known yet is to be served
     */
    public CompletableFuture<PluginView> install(Artifact artifact, Origin origin, Consent consent, boolean enabled) {
        return plugins.submit(new Intent.Install(artifact, origin, consent, enabled, Optional.empty()));
    }

    /**
     * Installs the jar of a file in the place of one that is gone, unless something else has replaced that by then. It may
     * be a downgrade: removing the newer jar counts as consent.
     */
    public CompletableFuture<PluginView> replace(Origin gone, Artifact artifact, Origin origin, boolean publicRoutes) {
        Consent consent = new Consent(true, false, publicRoutes);
        return plugins.submit(new Intent.Install(artifact, origin, consent, true, Optional.of(gone)));
    }

    /** Disables a plugin, persistently. */
    public CompletableFuture<PluginView> disable(String id) {
        return plugins.submit(new Intent.Disable(id));
    }

    /** Enables a plugin; a start that fails is retried. */
    public CompletableFuture<PluginView> enable(String id) {
        return plugins.submit(new Intent.Enable(id, true));
    }

    /** Removes what a file had installed, unless something else has replaced that by then. */
    public CompletableFuture<PluginView> remove(String id, Origin gone) {
        return plugins.submit(new Intent.Remove(id, Optional.of(gone)));
    }

    /** Forgets the crashes of a jar that is gone from its folder, so that it may be added again. */
    public void pardon(String sha256) {
        plugins.pardon(sha256);
    }

    /** One plugin. */
    public Optional<PluginView> find(String id) {
        return plugins.find(id);
    }

    /** Adds a listener of every change of a plugin. Called on the thread that decides, so it must not block. */
    public void onChange(Consumer<PluginView> listener) {
        plugins.onChange(listener);
    }

    /** A text that changes when other signers are trusted. */
    public String trustFingerprint() {
        return plugins.artifacts().trustFingerprint();
    }

    /** Stores another signature of a known jar if it is valid; what runs continues either way. */
    public void renewSignature(String pluginId, String sha256, String signature) {
        plugins.artifacts().renewSignature(pluginId, sha256, signature);
    }
}
