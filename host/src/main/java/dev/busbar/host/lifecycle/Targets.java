package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import java.io.IOException;
import java.util.Optional;

/** The targets of requested changes of one plugin. Confined to the thread that decides. */
final class Targets {
    private final PluginStatus status;
    private final Tools tools;

    Targets(PluginStatus status, Tools tools) {
        this.status = status;
        this.tools = tools;
    }

    /** Desired state of the plugin. */
    Desired known() throws ChangeRefusedException {
        return status.desired()
                .orElseThrow(() -> new ChangeRefusedException(Cause.UNKNOWN, "there is no plugin " + status.id()));
    }

    private Desired enabled() throws ChangeRefusedException {
        Desired now = known();
        if (!now.enabled()) {
            throw new ChangeRefusedException(Cause.CONFLICT, "plugin " + status.id() + " is disabled; enable it first");
        }
        return now;
    }

    /** The jar of desired state. */
    Artifact find(Desired desired) throws InvalidPluginException, IOException {
        return tools.artifacts().find(desired.sha256());
    }

    /** A new generation of the same jar. */
    Target reload() throws ChangeRefusedException, InvalidPluginException, IOException {
        Desired now = enabled();
        return new Target(find(now), now, Target.Step.NONE, Target.Retries.NEVER);
    }

    /** The latest entry of the history. */
    Target rollback(boolean force) throws ChangeRefusedException, InvalidPluginException, IOException {
        Desired now = enabled();
        Desired before = tools.desired().previous(now).stream()
                .findFirst()
                .orElseThrow(() -> new ChangeRefusedException(
                        Cause.CONFLICT, "no earlier version of " + status.id() + " is kept"));
        Artifact older = find(before);
        SwapRules.checkState(now, older, force);
        SwapRules.checkDocuments(tools.states(), older, force);
        return new Target(older, before, Target.Step.ROLLBACK, Target.Retries.NEVER);
    }

    /** The same jar with another configuration; one that never started may need it to start at all. */
    Target configure(String json) throws ChangeRefusedException, InvalidPluginException, IOException {
        Optional<Desired> now = status.desired();
        Artifact artifact =
                now.isPresent() ? find(now.get()) : status.artifact().orElse(null);
        if (artifact == null) {
            throw new ChangeRefusedException(Cause.UNKNOWN, "there is no plugin " + status.id());
        }
        Desired after = now.orElseGet(() -> Desired.first(artifact, status.origin(), true))
                .withConfiguration(json);
        return new Target(artifact, after, Target.Step.INSTALL, Target.Retries.NEVER);
    }

    /** A jar that was uploaded or found in a folder. */
    Target install(Intent.Install install) {
        Artifact candidate = install.artifact();
        if (install.consent().publicRoutes()) {
            tools.artifacts().consentToPublicRoutes(candidate.sha256());
        }
        Optional<Desired> before = status.desired();
        Desired after = before.map(now -> now.with(candidate, install.origin()))
                .orElseGet(() -> Desired.first(candidate, install.origin(), install.enabled()));
        boolean known =
                before.filter(now -> now.sha256().equals(after.sha256())).isPresent();
        if (known && before.get().origin().isElsewhere(install.origin())) {
            // Another node has installed this very jar from its folder: only there its removal counts.
            return new Target(candidate, before.get(), Target.Step.NONE, Target.Retries.BACKOFF);
        }
        boolean byHand = install.origin().source() == Origin.Source.API;
        return new Target(
                candidate,
                after,
                known ? Target.Step.UPDATE : byHand ? Target.Step.INSTALL : Target.Step.TAKE,
                byHand ? Target.Retries.NEVER : Target.Retries.BACKOFF);
    }
}
