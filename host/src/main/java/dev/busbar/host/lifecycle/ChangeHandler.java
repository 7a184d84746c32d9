package dev.busbar.host.lifecycle;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.desired.OvertakenException;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Handles the changes of one plugin that an operator or a file has requested. Confined to the thread that decides. */
final class ChangeHandler {
    private final PluginStatus status;
    private final Tools tools;
    private final PendingTarget pending;
    private final Attempts attempts;
    private final Targets targets;
    private final Runnable retireActive;

    /** @param retireActive retires what serves */
    ChangeHandler(PluginStatus status, Tools tools, PendingTarget pending, Attempts attempts, Runnable retireActive) {
        this.status = status;
        this.tools = tools;
        this.pending = pending;
        this.attempts = attempts;
        this.targets = new Targets(status, tools);
        this.retireActive = retireActive;
    }

    void install(Intent.Install install, Turn turn) throws ChangeRefusedException, IOException {
        if (isReplaced(install.gone())) {
            turn.complete();
            return;
        }
        LiveGeneration active = status.active();
        Optional<Desired> before = status.desired();
        if (before.isEmpty()) {
            status.origin(install.origin());
        } else {
            boolean strict = tools.settings().strict();
            SwapRules.check(before.get(), install, served(active), strict);
            SwapRules.checkDocuments(
                    tools.states(), install.artifact(), install.consent().force());
        }
        Target target = targets.install(
                before.map(known -> install.noted(SwapRules.noted(known, install.artifact(), served(active))))
                        .orElse(install));
        boolean enabled = target.desired().enabled();
        boolean runs = active != null
                && active.artifact().sha256().equals(target.artifact().sha256());
        if (enabled && !runs) {
            attempts.attempt(target, turn);
            return;
        }
        attempts.write(target, turn);
        status.artifact(target.artifact());
        if (!enabled) {
            status.disabled();
        }
        turn.complete();
    }

    private static @Nullable Artifact served(@Nullable LiveGeneration active) {
        return active == null ? null : active.artifact();
    }

    /** Returns whether the jar of a file that is gone was replaced by something else meanwhile. */
    private boolean isReplaced(Optional<Origin> gone) {
        return gone.filter(file -> !file.equals(status.view().origin())).isPresent();
    }

    void reload(Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        attempts.attempt(targets.reload(), turn);
    }

    void rollback(boolean force, Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        attempts.attempt(targets.rollback(force), turn);
    }

    /** A change of the configuration is a swap to the same jar. */
    void configure(String json, Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        Target target = targets.configure(json);
        if (status.isDesired(target) && status.active() != null) {
            turn.complete();
        } else if (target.desired().enabled()) {
            attempts.attempt(target, turn);
        } else {
            attempts.write(target, turn);
            turn.complete();
        }
    }

    /** An operator gets a response; the removal of a marker file is a change that lasts. */
    void enable(Intent.Enable enable, Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        Desired after = targets.known().withEnabled(true);
        if (status.active() != null) {
            turn.complete();
            return;
        }
        Target target = new Target(targets.find(after), after, Target.Step.UPDATE, Target.Retries.NEVER);
        if (enable.lasting()) {
            attempts.write(target, turn);
            attempts.attempt(Target.resumed(target.artifact(), after), turn);
        } else {
            attempts.attempt(target, turn);
        }
    }

    void disable(Turn turn) throws ChangeRefusedException {
        Desired after = targets.known().withEnabled(false);
        Actor actor = turn.request().actor();
        if (actor.equals(Actor.HOST) && status.state() == PluginState.DISABLED) {
            turn.complete(); // a marker file in a folder of several nodes: another one has read it first
            return;
        }
        tools.desired().disable(status.id(), PluginEvents.disabled(actor, after));
        status.desired(after);
        pending.clear();
        status.disabled();
        retireActive.run();
        turn.complete();
    }

    void remove(Intent.Remove remove, Turn turn) throws ChangeRefusedException {
        if (isReplaced(remove.gone())) {
            turn.complete();
            return;
        }
        if (status.state() != PluginState.FAILED && status.state() != PluginState.REJECTED) {
            Desired unused = targets.known();
        }
        removeDesired(turn.request().actor());
        pending.clear();
        status.removed();
        retireActive.run();
        turn.complete();
    }

    private void removeDesired(Actor actor) {
        try {
            tools.desired().remove(status.id(), PluginEvents.removed(status.id(), actor, status.desired()));
        } catch (OvertakenException e) {
            if (e.now().isPresent()) {
                throw e;
            }
            boolean unused = tools.desired().acceptRemoval(status.id(), e.asOf());
        }
    }
}
