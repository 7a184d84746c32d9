package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import java.io.IOException;
import java.util.Optional;

/** What a person who asks for a change of one plugin would have serve. Confined to the thread that decides. */
final class Goals {
    private final Standing standing;
    private final Decider decider;

    Goals(Standing standing, Decider decider) {
        this.standing = standing;
        this.decider = decider;
    }

    Desired known() throws RefusedException {
        return standing.desired()
                .orElseThrow(() -> new RefusedException(Cause.UNKNOWN, "there is no plugin " + standing.id()));
    }

    private Desired enabled() throws RefusedException {
        Desired now = known();
        if (!now.enabled()) {
            throw new RefusedException(Cause.CONFLICT, "plugin " + standing.id() + " is disabled; enable it first");
        }
        return now;
    }

    Artifact find(Desired wanted) throws RejectedException, IOException {
        return decider.artifacts().find(wanted.sha256());
    }

    /** The same again. */
    Goal reload() throws RefusedException, RejectedException, IOException {
        Desired now = enabled();
        return new Goal(find(now), now, Goal.Step.NONE, Goal.Pursuit.ONCE);
    }

    /** What ran before. */
    Goal rollback(boolean force) throws RefusedException, RejectedException, IOException {
        Desired now = enabled();
        Desired target = decider.desired().previous(now).stream()
                .findFirst()
                .orElseThrow(() ->
                        new RefusedException(Cause.CONFLICT, "no earlier version of " + standing.id() + " is kept"));
        Artifact older = find(target);
        SwapRules.checkState(now, older, force);
        return new Goal(older, target, Goal.Step.ROLLBACK, Goal.Pursuit.ONCE);
    }

    /** The same jar with another configuration; one that never started may need it to start at all. */
    Goal configure(String json) throws RefusedException, RejectedException, IOException {
        Optional<Desired> now = standing.desired();
        Artifact artifact =
                now.isPresent() ? find(now.get()) : standing.artifact().orElse(null);
        if (artifact == null) {
            throw new RefusedException(Cause.UNKNOWN, "there is no plugin " + standing.id());
        }
        Desired after = now.orElseGet(() -> Desired.first(artifact, standing.origin(), true))
                .withConfiguration(json);
        return new Goal(artifact, after, Goal.Step.INSTALL, Goal.Pursuit.ONCE);
    }

    /** A jar that came in. */
    Goal install(Intent.Install install) {
        Artifact candidate = install.artifact();
        if (install.consent().publicRoutes()) {
            decider.artifacts().consentToPublicRoutes(candidate.sha256());
        }
        Optional<Desired> before = standing.desired();
        Desired after = before.map(now -> now.with(candidate, install.origin()))
                .orElseGet(() -> Desired.first(candidate, install.origin(), install.enabled()));
        boolean known =
                before.filter(now -> now.sha256().equals(after.sha256())).isPresent();
        if (known && before.get().origin().isElsewhere(install.origin())) {
            // Another node has installed this very jar from its folder: only there its removal counts.
            return new Goal(candidate, before.get(), Goal.Step.NONE, Goal.Pursuit.LASTING);
        }
        boolean byHand = install.origin().source() == Origin.Source.API;
        return new Goal(
                candidate,
                after,
                known ? Goal.Step.UPDATE : byHand ? Goal.Step.INSTALL : Goal.Step.TAKE,
                byHand ? Goal.Pursuit.ONCE : Goal.Pursuit.LASTING);
    }
}
