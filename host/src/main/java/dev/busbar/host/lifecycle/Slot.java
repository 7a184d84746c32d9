package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything about one plugin id: its intents, one at a time, and what is tried again by itself. Confined to the thread
 * that decides.
 */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final String SWITCHED_OFF = "switched off by a maintainer; enable it to serve it again";
    private static final String WAITS = "it waits for a platform that it requires";

    private final String id;
    private final Decider decider;
    private final Standing standing;
    private final Deque<Intent.Pending> waiting = new ArrayDeque<>();
    private boolean busy;
    private final Unreached unreached;

    Slot(String id, Decider decider) {
        this.id = id;
        this.decider = decider;
        this.standing = new Standing(id, decider);
        this.unreached = new Unreached(id, decider);
    }

    /** Applies an intent when its turn comes: one transition at a time. */
    void submit(Intent.Pending pending) {
        waiting.add(pending);
        next();
    }

    private void next() {
        if (busy) {
            return;
        }
        Intent.Pending pending = waiting.poll();
        if (pending == null) {
            return;
        }
        busy = true;
        try {
            apply(pending);
        } catch (RefusedException e) {
            finish(pending, e);
        } catch (RejectedException e) {
            finish(pending, new RefusedException(Cause.REJECTED, e.reason()));
        } catch (IOException | RuntimeException | Error e) {
            // Whatever went wrong, the next intent must have its turn and this one an outcome.
            LOG.error("plugin {}: {} could not be carried out", id, pending.intent(), e);
            finish(pending, new RefusedException(Cause.HOST, "the host could not do it now; see its log"));
        }
    }

    private void apply(Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        Intent intent = pending.intent();
        if (intent instanceof Intent.Again) {
            again(pending);
            return;
        }
        if (intent instanceof Intent.Install install) {
            install(install, pending);
        } else if (intent instanceof Intent.Boot boot) {
            boot(boot.desired(), pending);
        } else if (intent instanceof Intent.Reload) {
            Desired now = enabled();
            pursue(new Goal(find(now), now, Goal.Step.NONE, Goal.Pursuit.ONCE), "", pending);
        } else if (intent instanceof Intent.Rollback rollback) {
            rollback(rollback, pending);
        } else if (intent instanceof Intent.Configure configure) {
            configure(configure.json(), pending);
        } else if (intent instanceof Intent.Enable) {
            enable(pending);
        } else if (intent instanceof Intent.Disable) {
            disable(pending);
        } else {
            remove(pending);
        }
    }

    private Desired known() throws RefusedException {
        return standing.desired().orElseThrow(() -> new RefusedException(Cause.UNKNOWN, "there is no plugin " + id));
    }

    private Desired enabled() throws RefusedException {
        Desired now = known();
        if (!now.enabled()) {
            throw new RefusedException(Cause.CONFLICT, "plugin " + id + " is disabled; enable it first");
        }
        return now;
    }

    private Artifact find(Desired wanted) throws RejectedException, IOException {
        return decider.artifacts().find(wanted.sha256());
    }

    private void install(Intent.Install install, Intent.Pending pending) throws RefusedException {
        Artifact candidate = install.artifact();
        Desired before = standing.desired().orElse(null);
        LiveGeneration active = standing.active();
        if (before == null) {
            standing.origin(install.origin());
        } else {
            SwapRules.check(before, install, active == null ? null : active.artifact(), decider.strict());
        }
        Desired after = before == null
                ? Desired.first(candidate, install.origin(), install.enabled())
                : before.with(candidate, install.origin());
        boolean known = before != null && before.sha256().equals(after.sha256());
        boolean byHand = install.origin().source() == Origin.Source.API;
        Goal goal = new Goal(
                candidate,
                after,
                known ? Goal.Step.UPDATE : Goal.Step.INSTALL,
                byHand ? Goal.Pursuit.ONCE : Goal.Pursuit.LASTING);
        boolean runs = active != null && active.artifact().sha256().equals(candidate.sha256());
        if (after.enabled() && !runs) {
            pursue(goal, "", pending);
            return;
        }
        write(goal);
        standing.artifact(candidate);
        if (!after.enabled()) {
            standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
        }
        finish(pending);
    }

    private void write(Goal goal) {
        goal.write(decider.desired());
        standing.desired(goal.wanted());
    }

    private void boot(Desired wanted, Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        standing.desired(wanted);
        Artifact artifact;
        try {
            artifact = find(wanted);
        } catch (RejectedException e) {
            standing.away(PluginState.FAILED, e.reason(), "it could not be started");
            throw e;
        } catch (IOException | RuntimeException e) {
            standing.away(
                    PluginState.FAILED, "its jar could not be read; see the host's log", "it could not be started");
            throw e;
        }
        standing.artifact(artifact);
        Goal goal = new Goal(artifact, wanted, Goal.Step.NONE, Goal.Pursuit.RESUMED);
        if (!wanted.enabled()) {
            standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
            finish(pending);
        } else if (isDeadly(goal)) {
            lastGood(goal, pending);
        } else {
            pursue(goal, "", pending);
        }
    }

    private boolean isDeadly(Goal goal) {
        return decider.journal().deaths(goal.artifact().sha256()) >= goal.deathLimit();
    }

    /** What shall run has killed the process; what ran before runs in its place until somebody decides otherwise. */
    private void lastGood(Goal deadly, Intent.Pending pending) throws RefusedException {
        String why = deadlyReason(deadly);
        for (Desired before : decider.desired().previous(deadly.wanted())) {
            try {
                boolean fit = decider.journal().deaths(before.sha256()) == 0;
                if (fit && !before.sha256().equals(deadly.artifact().sha256())) {
                    Artifact older = find(before);
                    pursue(
                            new Goal(older, deadly.wanted(), Goal.Step.NONE, Goal.Pursuit.RESUMED),
                            why + "; version " + older.version() + " runs in its place",
                            pending);
                    return;
                }
            } catch (RejectedException | IOException e) {
                LOG.warn("plugin {}: version {} cannot take its place ({})", id, before.version(), e.toString());
            }
        }
        standing.away(PluginState.FAILED, why, "it could not be started");
        throw new RefusedException(Cause.FAILED, why);
    }

    private String deadlyReason(Goal goal) {
        return "the host died " + decider.journal().deaths(goal.artifact().sha256()) + " times while version "
                + goal.artifact().version() + " was being started, so it is not started by itself; put another jar in"
                + " its place, or start it through the admin API";
    }

    private void rollback(Intent.Rollback rollback, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        Desired now = enabled();
        Desired target = decider.desired().previous(now).stream()
                .findFirst()
                .orElseThrow(() -> new RefusedException(Cause.CONFLICT, "no earlier version of " + id + " is kept"));
        Artifact older = find(target);
        SwapRules.checkState(now, older, rollback.force());
        pursue(new Goal(older, target.writing(older), Goal.Step.ROLLBACK, Goal.Pursuit.ONCE), "", pending);
    }

    /** A change of the configuration is a swap to the same jar; one that never started may need it to start at all. */
    private void configure(String json, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        Optional<Desired> now = standing.desired();
        Artifact artifact =
                now.isPresent() ? find(now.get()) : standing.artifact().orElse(null);
        if (artifact == null) {
            throw new RefusedException(Cause.UNKNOWN, "there is no plugin " + id);
        }
        Desired after = now.orElseGet(() -> Desired.first(artifact, standing.origin(), true))
                .withConfiguration(json);
        Goal goal = new Goal(artifact, after, Goal.Step.INSTALL, Goal.Pursuit.ONCE);
        if (now.filter(after::runsTheSameAs).isPresent() && standing.active() != null) {
            finish(pending);
        } else if (after.enabled()) {
            pursue(goal, "", pending);
        } else {
            write(goal);
            finish(pending);
        }
    }

    private void enable(Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        Desired after = known().withEnabled(true);
        if (standing.active() != null) {
            finish(pending);
        } else {
            pursue(new Goal(find(after), after, Goal.Step.UPDATE, Goal.Pursuit.ONCE), "", pending);
        }
    }

    private void disable(Intent.Pending pending) throws RefusedException {
        Desired after = known().withEnabled(false);
        decider.desired().update(after);
        standing.desired(after);
        unreached.forget();
        standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
        retireActive();
        finish(pending);
    }

    private void remove(Intent.Pending pending) throws RefusedException {
        if (standing.state() != PluginState.FAILED) {
            known();
        }
        decider.desired().remove(id);
        unreached.forget();
        standing.forget();
        retireActive();
        finish(pending);
    }

    private void retireActive() {
        standing.release().ifPresent(old -> {
            CompletableFuture<Void> unused = decider.retire(old, Retirement.Streams.AWAITED);
        });
    }

    /** Goes for a goal now, or waits for what it requires. */
    private void pursue(Goal goal, String notice, Intent.Pending pending) throws RefusedException {
        if (isDeadly(goal)) {
            throw new RefusedException(Cause.REJECTED, deadlyReason(goal));
        }
        Optional<String> unmet = decider.unmet(goal.artifact());
        if (unmet.isPresent()) {
            park(goal, unmet.get(), pending);
            return;
        }
        Optional<Goal> before = unreached.goal();
        unreached.forget();
        new Swap(standing, decider, goal, notice, outcome -> ended(goal, before, outcome, pending)).begin();
    }

    /** Only what has nobody before it waits here; a newer version waits where it lies, and the older one serves. */
    private void park(Goal goal, String why, Intent.Pending pending) throws RefusedException {
        LiveGeneration active = standing.active();
        if (active != null) {
            throw new RefusedException(
                    Cause.WAITING, why + "; version " + active.artifact().version() + " serves until then");
        }
        write(goal);
        standing.artifact(goal.artifact());
        unreached.await(goal.written());
        standing.away(PluginState.WAITING, why, WAITS);
        finish(pending);
    }

    private void ended(Goal goal, Optional<Goal> before, Swap.Outcome outcome, Intent.Pending pending) {
        if (outcome.refused().isEmpty()) {
            unreached.reached();
            finish(pending);
            return;
        }
        RefusedException refused = outcome.refused().get();
        boolean lasting = goal.pursuit() != Goal.Pursuit.ONCE;
        Optional<Goal> next = outcome.lost().or(() -> lasting ? Optional.of(goal) : before);
        if (next.isEmpty() || standing.active() != null || decider.isStopping()) {
            finish(pending, refused);
            return;
        }
        Duration pause = unreached.retry(next.get(), outcome.stuck().orElse(null));
        String why = refused.reason() + "; version " + next.get().wanted().version() + " is tried again in "
                + pause.toMillis() + " ms, and then every now and then";
        standing.away(PluginState.FAILED, why, "it could not be started");
        finish(pending, lasting ? new RefusedException(refused.kind(), why) : refused);
    }

    private void again(Intent.Pending pending) throws RefusedException {
        Optional<Goal> goal = unreached.goal();
        if (goal.isEmpty() || standing.active() != null) {
            finish(pending);
        } else if (unreached.isStuck()) {
            unreached.pause();
            finish(pending);
        } else {
            pursue(goal.get(), "", pending);
        }
    }

    /** Some platform was published, or began to wait: what waits here may be met now, or wait for something else. */
    void reconsider() {
        Optional<Goal> goal = unreached.goal();
        if (busy || goal.isEmpty() || standing.state() != PluginState.WAITING) {
            return;
        }
        Optional<String> unmet = decider.unmet(goal.get().artifact());
        if (unmet.isEmpty()) {
            submit(new Intent.Pending(new Intent.Again(id), new CompletableFuture<>()));
        } else if (!unmet.get().equals(standing.reason())) {
            standing.away(PluginState.WAITING, unmet.get(), WAITS);
            decider.changed(id);
        }
    }

    private void finish(Intent.Pending pending) {
        decider.changed(id);
        pending.outcome().complete(standing.view());
        turn(pending);
    }

    private void finish(Intent.Pending pending, RefusedException refused) {
        decider.changed(id);
        pending.outcome().completeExceptionally(refused);
        turn(pending);
    }

    private void turn(Intent.Pending pending) {
        busy = false;
        decider.applied(pending.intent());
        next();
    }

    /** Whether a digest is what it shows, or goes for. */
    boolean isAfter(String sha256) {
        return unreached
                        .goal()
                        .filter(goal -> goal.artifact().sha256().equals(sha256))
                        .isPresent()
                || standing.artifact()
                        .filter(shown -> shown.sha256().equals(sha256))
                        .isPresent();
    }

    boolean isIdle() {
        return !busy && waiting.isEmpty();
    }

    boolean isForgotten() {
        return waiting.isEmpty() && unreached.goal().isEmpty() && standing.isForgotten();
    }

    Standing standing() {
        return standing;
    }

    /** The platforms it waits for; none unless it waits. */
    List<String> waitsFor() {
        return standing.state() == PluginState.WAITING ? unreached.requires() : List.of();
    }
}
