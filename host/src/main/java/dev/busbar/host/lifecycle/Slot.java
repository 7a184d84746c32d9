package dev.busbar.host.lifecycle;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private final LastGood lastGood;
    private final Goals goals;
    private final List<LiveGeneration> stuck = new ArrayList<>();

    Slot(String id, Decider decider) {
        this.id = id;
        this.decider = decider;
        this.standing = new Standing(id, decider);
        this.unreached = new Unreached(id, decider);
        this.lastGood = new LastGood(decider);
        this.goals = new Goals(standing, decider);
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
            if (decider.isStopping()) {
                throw new RefusedException(Cause.HOST, "the host is stopping");
            }
            apply(pending);
        } catch (RefusedException e) {
            finish(pending, e);
        } catch (RejectedException e) {
            finish(pending, new RefusedException(Cause.REJECTED, e.reason()));
        } catch (OvertakenException e) {
            finish(pending, e.refusal());
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
        } else if (intent instanceof Intent.Follow follow) {
            follow(follow.stored(), pending);
        } else if (intent instanceof Intent.FollowRemoval removal) {
            followRemoval(removal, pending);
        } else if (intent instanceof Intent.Boot boot) {
            boot(boot.desired(), pending);
        } else if (intent instanceof Intent.Reload) {
            pursue(goals.reload(), pending);
        } else if (intent instanceof Intent.Rollback rollback) {
            pursue(goals.rollback(rollback.force()), pending);
        } else if (intent instanceof Intent.Configure configure) {
            configure(configure.json(), pending);
        } else if (intent instanceof Intent.Enable enable) {
            enable(enable, pending);
        } else if (intent instanceof Intent.Disable) {
            disable(pending);
        } else if (intent instanceof Intent.Remove remove) {
            remove(remove, pending);
        }
    }

    /** Whether what a file had installed is to make room, and something else has taken its place meanwhile. */
    private boolean isLate(Optional<Origin> gone) {
        return gone.filter(file -> !file.equals(standing.view().origin())).isPresent();
    }

    private void install(Intent.Install install, Intent.Pending pending) throws RefusedException, IOException {
        if (isLate(install.gone())) {
            finish(pending);
            return;
        }
        LiveGeneration active = standing.active();
        Optional<Desired> before = standing.desired();
        if (before.isEmpty()) {
            standing.origin(install.origin());
        } else {
            SwapRules.check(before.get(), install, active == null ? null : active.artifact(), decider.strict());
        }
        Goal goal = goals.install(install);
        boolean enabled = goal.wanted().enabled();
        boolean runs = active != null
                && active.artifact().sha256().equals(goal.artifact().sha256());
        if (enabled && !runs) {
            pursue(goal, pending);
            return;
        }
        write(goal, pending);
        standing.artifact(goal.artifact());
        if (!enabled) {
            standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
        }
        finish(pending);
    }

    private void write(Goal goal, Intent.Pending pending) throws IOException {
        goal.write(
                decider.desired(),
                decider.artifacts(),
                PluginEvents.changed(pending.intent(), pending.actor(), goal, standing.desired()));
        standing.desired(goal.wanted());
    }

    private void boot(Desired wanted, Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        standing.desired(wanted);
        Artifact artifact;
        try {
            artifact = goals.find(wanted);
        } catch (RejectedException e) {
            e.artifact().ifPresent(standing::artifact);
            standing.away(PluginState.of(e), e.reason(), "it could not be started");
            throw e;
        } catch (IOException | RuntimeException e) {
            standing.away(
                    PluginState.FAILED, "its jar could not be read; see the host's log", "it could not be started");
            throw e;
        }
        standing.artifact(artifact);
        Goal goal = Goal.resumed(artifact, wanted);
        if (!wanted.enabled()) {
            standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
            finish(pending);
        } else if (lastGood.isDeadly(goal)) {
            Optional<Goal> before = lastGood.before(goal);
            if (before.isEmpty()) {
                standing.away(PluginState.FAILED, lastGood.reason(goal), "it could not be started");
                throw new RefusedException(Cause.FAILED, lastGood.reason(goal));
            }
            pursue(before.get(), pending);
        } else {
            pursue(goal, pending);
        }
    }

    /** Another node has changed desired state: this one does the same, and writes nothing. */
    private void follow(DesiredStore.Stored stored, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        if (!decider.desired().accept(stored)) {
            finish(pending);
            return;
        }
        Desired wanted = stored.desired();
        if (standing.desired().filter(wanted::equals).isPresent()) {
            finish(pending); // a containment act of this node, which could be stored by now
            return;
        }
        LOG.info(
                "plugin {}: version {} shall {} by a change of another node",
                id,
                wanted.version(),
                wanted.enabled() ? "run" : "not run");
        standing.desired(wanted);
        unreached.reached();
        catchUp(wanted, pending);
    }

    /** Brings what serves here in line with desired state. */
    private void catchUp(Desired wanted, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        LiveGeneration active = standing.active();
        if (!wanted.enabled()) {
            unreached.forget();
            standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
            retireActive();
        }
        if (wanted.enabled() && active != null && active.isOf(wanted.sha256(), wanted.configuration())) {
            unreached.reached();
            standing.notice("");
            finish(pending);
            return;
        }
        try {
            if (standing.active() == null) {
                boot(wanted, pending);
            } else {
                pursue(Goal.resumed(goals.find(wanted), wanted), pending);
            }
        } catch (RejectedException | IOException | RuntimeException e) {
            // What failed in the store, too, is tried again: the change is accepted, so the feed does not bring it
            // again.
            if (!wanted.enabled()) {
                standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
                throw e; // nothing is to run: that its jar cannot be shown is no reason to try again
            }
            String why = e instanceof RejectedException rejected ? rejected.reason() : "its jar could not be read";
            LOG.warn("plugin {}: version {} could not be taken over from another node", id, wanted.version(), e);
            behind(new RefusedException(Cause.REJECTED, why), false, pending);
        } catch (RefusedException e) {
            behind(e, false, pending);
        }
    }

    /** What desired state wants does not run here: what serves goes on, and says why; desired state stays as it is. */
    private void behind(RefusedException refused, boolean isInterrupting, Intent.Pending pending) {
        String version = standing.desired().map(Desired::version).orElse("");
        LiveGeneration active = standing.active();
        String why = "version " + version + " shall run and does not on this node: " + refused.reason();
        if (refused.kind() == Cause.CONSENT) {
            unreached.forget(); // a start without consent is not repeated before something changes
        } else if (isInterrupting) {
            unreached.forget(); // neither is one for which what serves has to be closed each time
            why += "; reload it to try again";
        } else {
            why += "; it is tried again in " + unreached.retryBehind().toMillis() + " ms, and then every now and then";
        }
        if (active != null) {
            why += "; version " + active.artifact().version() + " serves until then";
            standing.notice(why);
        } else {
            standing.away(PluginState.FAILED, why, "it could not be started");
        }
        LOG.warn("plugin {}: {}", id, why);
        finish(pending, new RefusedException(refused.kind(), why));
    }

    private void followRemoval(Intent.FollowRemoval removal, Intent.Pending pending) {
        if (decider.desired().acceptRemoval(id, removal.revision())) {
            LOG.info("plugin {}: another node has removed it", id);
            unreached.reached();
            standing.forget();
            retireActive();
        }
        finish(pending);
    }

    /** A change of the configuration is a swap to the same jar. */
    private void configure(String json, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        Goal goal = goals.configure(json);
        if (isDesired(goal) && standing.active() != null) {
            finish(pending);
        } else if (goal.wanted().enabled()) {
            pursue(goal, pending);
        } else {
            write(goal, pending);
            finish(pending);
        }
    }

    /** A person gets the answer; a marker file that is gone is a lasting wish. */
    private void enable(Intent.Enable enable, Intent.Pending pending)
            throws RefusedException, RejectedException, IOException {
        Desired after = goals.known().withEnabled(true);
        if (standing.active() != null) {
            finish(pending);
            return;
        }
        Goal goal = new Goal(goals.find(after), after, Goal.Step.UPDATE, Goal.Pursuit.ONCE);
        if (enable.lasting()) {
            write(goal, pending);
            pursue(Goal.resumed(goal.artifact(), after), pending);
        } else {
            pursue(goal, pending);
        }
    }

    private void disable(Intent.Pending pending) throws RefusedException {
        Desired after = goals.known().withEnabled(false);
        if (pending.actor().equals(Actor.HOST) && standing.state() == PluginState.DISABLED) {
            finish(pending); // a marker file in a folder of several nodes: another one has read it first
            return;
        }
        decider.desired().disable(id, PluginEvents.disabled(pending.actor(), after));
        standing.desired(after);
        unreached.forget();
        standing.away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
        retireActive();
        finish(pending);
    }

    private void remove(Intent.Remove remove, Intent.Pending pending) throws RefusedException {
        if (isLate(remove.gone())) {
            finish(pending);
            return;
        }
        if (standing.state() != PluginState.FAILED && standing.state() != PluginState.REJECTED) {
            Desired unused = goals.known();
        }
        removeDesired(pending);
        unreached.forget();
        standing.forget();
        retireActive();
        finish(pending);
    }

    private void removeDesired(Intent.Pending pending) {
        try {
            decider.desired().remove(id, PluginEvents.removed(id, pending.actor(), standing.desired()));
        } catch (OvertakenException e) {
            if (e.now().isPresent()) {
                throw e;
            }
            boolean unused = decider.desired().acceptRemoval(id, Long.MAX_VALUE);
        }
    }

    private void retireActive() {
        standing.release().ifPresent(old -> {
            CompletableFuture<Void> unused = decider.retire(old, Retirement.Streams.AWAITED);
        });
    }

    /** Goes for a goal now, or waits for what it requires. */
    private void pursue(Goal goal, Intent.Pending pending) throws RefusedException, IOException {
        if (lastGood.isDeadly(goal)) {
            throw new RefusedException(Cause.REJECTED, lastGood.reason(goal));
        }
        if (goal.pursuit() != Goal.Pursuit.ONCE && isStuck(goal)) {
            RefusedException stillStarting = new RefusedException(Cause.FAILED, "its last start still goes on");
            if (isBehind(goal)) {
                behind(stillStarting, false, pending);
            } else {
                again(goal, stillStarting, pending);
            }
            return;
        }
        Optional<String> unmet = decider.unmet(goal.artifact());
        if (unmet.isPresent()) {
            park(goal, unmet.get(), pending);
            return;
        }
        Optional<Goal> before = unreached.goal();
        unreached.forget();
        new Swap(standing, decider, goal, pending, outcome -> ended(goal, before, outcome, pending)).begin();
    }

    /** Two starts of one jar at once would be one too many. */
    private boolean isStuck(Goal goal) {
        stuck.removeIf(LiveGeneration::isOver);
        return stuck.stream()
                .anyMatch(start ->
                        start.artifact().sha256().equals(goal.artifact().sha256()));
    }

    /** Only what has nobody before it waits here; a newer version waits where it lies, and the older one serves. */
    private void park(Goal goal, String why, Intent.Pending pending) throws RefusedException, IOException {
        LiveGeneration active = standing.active();
        if (active != null) {
            throw new RefusedException(
                    Cause.WAITING, why + "; version " + active.artifact().version() + " serves until then");
        }
        write(goal, pending);
        standing.artifact(goal.artifact());
        Goal lasting = goal.written(Goal.Pursuit.LASTING);
        boolean insisted = goal.pursuit() == Goal.Pursuit.ONCE && lastGood.isDeadly(lasting);
        boolean lastingOne = goal.pursuit() == Goal.Pursuit.ONCE && !insisted;
        unreached.await(lastingOne ? lasting : goal.written(goal.pursuit()));
        standing.away(PluginState.WAITING, why, WAITS);
        finish(pending);
    }

    private void ended(Goal goal, Optional<Goal> before, Swap.Outcome outcome, Intent.Pending pending) {
        stuck.addAll(outcome.stuck());
        if (outcome.refused().isEmpty()) {
            unreached.reached();
            finish(pending);
            return;
        }
        RefusedException refused = outcome.refused().get();
        if (isBehind(goal) && !decider.isStopping()) {
            behind(refused, isExclusive(goal), pending);
            return;
        }
        Optional<Goal> next = outcome.lost()
                .or(() -> before.filter(this::isDesired))
                .or(() -> goal.pursuit() == Goal.Pursuit.ONCE || refused.kind() == Cause.CONSENT
                        ? before
                        : Optional.of(goal));
        if (next.isEmpty() || standing.active() != null || decider.isStopping()) {
            finish(pending, refused);
        } else {
            again(next.get(), refused, pending);
        }
    }

    /** Whether what serves goes on in the place of what desired state wants, because another node wants it. */
    private boolean isBehind(Goal goal) {
        LiveGeneration active = standing.active();
        return active != null
                && goal.step() == Goal.Step.NONE
                && standing.desired()
                        .filter(wanted -> !active.isOf(wanted.sha256(), wanted.configuration()))
                        .isPresent();
    }

    private boolean isExclusive(Goal goal) {
        LiveGeneration active = standing.active();
        return goal.artifact().terms().exclusive()
                || (active != null && active.artifact().terms().exclusive());
    }

    private boolean isDesired(Goal goal) {
        return standing.desired().filter(goal.wanted()::runsTheSameAs).isPresent();
    }

    private void again(Goal next, RefusedException refused, Intent.Pending pending) {
        Duration pause = unreached.retry(next);
        String why = refused.reason() + "; version " + next.artifact().version() + " is tried again in "
                + pause.toMillis() + " ms, and then every now and then";
        standing.away(PluginState.FAILED, why, "it could not be started");
        boolean asked = pending.intent() instanceof Intent.Install install
                && install.origin().source() == Origin.Source.API;
        finish(pending, asked ? refused : new RefusedException(refused.kind(), why));
    }

    private void again(Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        if (unreached.isBehind() && standing.desired().isPresent()) {
            catchUp(standing.desired().get(), pending);
            return;
        }
        Optional<Goal> goal = unreached.goal();
        if (goal.isEmpty() || standing.active() != null) {
            finish(pending);
            return;
        }
        try {
            Artifact unused = decider.artifacts().requireTrusted(goal.get().artifact());
            pursue(goal.get(), pending);
        } catch (RejectedException e) {
            unreached.forget();
            standing.away(PluginState.of(e), e.reason(), "it could not be started");
            finish(pending, new RefusedException(Cause.REJECTED, e.reason()));
        } catch (RefusedException e) {
            unreached.forget();
            standing.away(PluginState.FAILED, e.reason(), "it could not be started");
            finish(pending, e);
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
            submit(new Intent.Pending(new Intent.Again(id), Actor.HOST, new CompletableFuture<>()));
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
