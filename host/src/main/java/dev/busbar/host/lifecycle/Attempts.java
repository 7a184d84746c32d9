package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts to reach a target of one plugin: now, or later where the target waits for a platform or its start has failed.
 * Confined to the thread that decides.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final PluginStatus status;
    private final Tools tools;
    private final PendingTarget pending;
    private final CrashLoopGuard crashes;
    private final List<LiveGeneration> stuck = new ArrayList<>();

    Attempts(PluginStatus status, Tools tools, PendingTarget pending) {
        this.status = status;
        this.tools = tools;
        this.pending = pending;
        this.crashes = new CrashLoopGuard(tools);
    }

    /** Writes desired state of a target that needs no swap, or waits for one. */
    void write(Target target, Turn turn) throws IOException {
        Intent.Request request = turn.request();
        target.write(
                tools.desired(),
                tools.artifacts(),
                PluginEvents.changed(request.intent(), request.actor(), target, status.desired()));
        status.desired(target.desired());
    }

    /** Swaps to a target now, or waits for what it requires. */
    void attempt(Target target, Turn turn) throws ChangeRefusedException, IOException {
        if (crashes.isQuarantined(target)) {
            throw new ChangeRefusedException(Cause.REJECTED, crashes.reason(target));
        }
        if (target.retries() != Target.Retries.NEVER && isStuck(target)) {
            ChangeRefusedException stillStarting =
                    new ChangeRefusedException(Cause.FAILED, "its last start is still running");
            if (isBehind(target)) {
                stayBehind(stillStarting, false, turn);
            } else {
                retryLater(target, stillStarting, turn);
            }
            return;
        }
        Optional<String> unmet = tools.registry().requirements().unmet(target.artifact());
        if (unmet.isPresent()) {
            await(target, unmet.get(), turn);
            return;
        }
        Optional<Target> before = pending.target();
        pending.clear();
        new Swap(status, tools, target, turn.request(), outcome -> ended(target, before, outcome, turn)).begin();
    }

    /** Runs what desired state says, or the last good version in the place of one that is quarantined. */
    void resume(Target target, Turn turn) throws ChangeRefusedException, IOException {
        if (!crashes.isQuarantined(target)) {
            attempt(target, turn);
            return;
        }
        Optional<Target> lastGood = crashes.lastGood(target);
        if (lastGood.isEmpty()) {
            status.startFailed(PluginTransition.FAIL, crashes.reason(target));
            throw new ChangeRefusedException(Cause.FAILED, crashes.reason(target));
        }
        attempt(lastGood.get(), turn);
    }

    /** Two starts of one jar must not run at once. */
    private boolean isStuck(Target target) {
        stuck.removeIf(LiveGeneration::isOver);
        return stuck.stream()
                .anyMatch(start ->
                        start.artifact().sha256().equals(target.artifact().sha256()));
    }

    /** A plugin waits only if none of its versions serves; a newer version waits in its folder while the older one serves. */
    private void await(Target target, String why, Turn turn) throws ChangeRefusedException, IOException {
        LiveGeneration active = status.active();
        if (active != null) {
            throw new ChangeRefusedException(
                    Cause.WAITING, why + "; version " + active.artifact().version() + " serves until then");
        }
        write(target, turn);
        status.artifact(target.artifact());
        Target automatic = target.written(Target.Retries.BACKOFF);
        boolean requested = target.retries() == Target.Retries.NEVER;
        pending.await(requested && !crashes.isQuarantined(automatic) ? automatic : target.written(target.retries()));
        awaits(why);
        turn.complete();
    }

    /** The pending target waits for a platform. */
    void awaits(String why) {
        status.unavailable(PluginTransition.AWAIT, why, "it waits for a platform that it requires");
    }

    private void ended(Target target, Optional<Target> before, Swap.Outcome outcome, Turn turn) {
        stuck.addAll(outcome.stuck());
        if (outcome.refused().isEmpty()) {
            pending.reached();
            turn.complete();
            return;
        }
        ChangeRefusedException refused = outcome.refused().get();
        if (isBehind(target) && !tools.isStopping()) {
            stayBehind(refused, isExclusive(target), turn);
            return;
        }
        Optional<Target> earlier =
                refused.isPermanent() ? before.filter(it -> !it.desired().runsTheSameAs(target.desired())) : before;
        Optional<Target> next = outcome.lost()
                .or(() -> earlier.filter(status::isDesired))
                .or(() -> {
                    boolean isFinal = target.retries() == Target.Retries.NEVER
                            || refused.kind() == Cause.CONSENT
                            || refused.isPermanent();
                    return isFinal ? earlier : Optional.of(target);
                });
        if (next.isEmpty() || status.active() != null || tools.isStopping()) {
            turn.refuse(isGivenUp(target, refused) ? giveUp(refused) : refused);
        } else {
            retryLater(next.get(), refused, turn);
        }
    }

    /** Returns whether a target that would be retried is not, because no retry can help. */
    private boolean isGivenUp(Target target, ChangeRefusedException refused) {
        return refused.isPermanent() && target.retries() != Target.Retries.NEVER && status.active() == null;
    }

    private ChangeRefusedException giveUp(ChangeRefusedException refused) {
        String why = refused.reason() + "; it is not retried, since the same jar with the same configuration fails each"
                + " time: change one of them";
        status.startFailed(PluginTransition.FAIL, why);
        return new ChangeRefusedException(refused.kind(), why);
    }

    /** Returns whether another version serves than desired state says, because another node has changed that. */
    private boolean isBehind(Target target) {
        LiveGeneration active = status.active();
        return active != null
                && target.step() == Target.Step.NONE
                && status.desired()
                        .filter(desired -> !active.isOf(desired.sha256(), desired.configuration()))
                        .isPresent();
    }

    private boolean isExclusive(Target target) {
        LiveGeneration active = status.active();
        return target.artifact().terms().exclusive()
                || (active != null && active.artifact().terms().exclusive());
    }

    /**
     * Desired state of another node cannot be followed: what serves continues, with the reason; desired state stays.
     *
     * @param isInterrupting whether each attempt interrupts what serves
     */
    void stayBehind(ChangeRefusedException refused, boolean isInterrupting, Turn turn) {
        String version = status.desired().map(Desired::version).orElse("");
        LiveGeneration active = status.active();
        String why = "version " + version + " shall run, but does not on this node: " + refused.reason();
        if (refused.kind() == Cause.CONSENT || refused.isPermanent()) {
            pending.clear(); // it is not started again before something changes
        } else if (isInterrupting) {
            pending.clear();
            why += "; reload it to try again";
        } else {
            why += "; it is retried in " + pending.retryBehind().toMillis() + " ms, and then with backoff";
        }
        if (active != null) {
            why += "; version " + active.artifact().version() + " serves until then";
            status.notice(why);
        } else {
            status.startFailed(PluginTransition.FAIL, why);
        }
        LOG.warn("plugin {}: {}", status.id(), why);
        turn.refuse(new ChangeRefusedException(refused.kind(), why));
    }

    private void retryLater(Target next, ChangeRefusedException refused, Turn turn) {
        Duration pause = pending.retry(next);
        String why = refused.reason() + "; version " + next.artifact().version() + " is retried in " + pause.toMillis()
                + " ms, and then with backoff";
        status.startFailed(PluginTransition.FAIL, why);
        boolean requested = turn.request().intent() instanceof Intent.Install install
                ? install.origin().source() == Origin.Source.API
                : !(turn.request().intent() instanceof Intent.Retry);
        turn.refuse(requested ? refused : new ChangeRefusedException(refused.kind(), why));
    }
}
