package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Desired;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one plugin of this node in line with desired state: at the start of the host, after a change of another node, and
 * when a retry is due. Confined to the thread that decides.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final PluginStatus status;
    private final Tools tools;
    private final PendingTarget pending;
    private final Attempts attempts;
    private final Runnable retireActive;

    /** @param retireActive retires what serves */
    Reconciler(PluginStatus status, Tools tools, PendingTarget pending, Attempts attempts, Runnable retireActive) {
        this.status = status;
        this.tools = tools;
        this.pending = pending;
        this.attempts = attempts;
        this.retireActive = retireActive;
    }

    /** Runs what desired state says while nothing serves. */
    void boot(Desired desired, Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        status.desired(desired);
        Artifact artifact = find(desired);
        status.artifact(artifact);
        if (desired.enabled()) {
            attempts.resume(Target.resumed(artifact, desired), turn);
        } else {
            status.disabled();
            turn.complete();
        }
    }

    private Artifact find(Desired desired) throws InvalidPluginException, IOException {
        try {
            return tools.artifacts().find(desired.sha256());
        } catch (InvalidPluginException e) {
            e.artifact().ifPresent(status::artifact);
            status.startFailed(PluginTransition.of(e), e.reason());
            throw e;
        } catch (IOException | RuntimeException e) {
            status.startFailed(PluginTransition.FAIL, "its jar could not be read; see the host's log");
            throw e;
        }
    }

    /** Follows a change of another node, and writes nothing. */
    void follow(Intent.Follow change, Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        if (isGone(change.epoch()) || !tools.desired().accept(change.stored())) {
            turn.complete();
            return;
        }
        Desired desired = change.stored().desired();
        if (status.desired().filter(desired::equals).isPresent()) {
            turn.complete(); // a containment action of this node, which is stored by now
            return;
        }
        LOG.info(
                "plugin {}: version {} is to {}, as changed by another node",
                status.id(),
                desired.version(),
                desired.enabled() ? "run" : "stop");
        status.desired(desired);
        pending.reached();
        catchUp(desired, turn);
    }

    /** Returns whether the store has gone back since a change was read from it. */
    private boolean isGone(int epoch) {
        return epoch != tools.desired().epoch();
    }

    private void catchUp(Desired desired, Turn turn)
            throws ChangeRefusedException, InvalidPluginException, IOException {
        if (!desired.enabled()) {
            pending.clear();
            status.disabled();
            retireActive.run();
        }
        LiveGeneration active = status.active();
        if (active != null && active.isOf(desired.sha256(), desired.configuration())) {
            pending.reached();
            status.notice("");
            turn.complete();
            return;
        }
        try {
            if (active == null) {
                boot(desired, turn);
            } else {
                attempts.attempt(Target.resumed(tools.artifacts().find(desired.sha256()), desired), turn);
            }
        } catch (InvalidPluginException | IOException | RuntimeException e) {
            // A failure of the store is retried, too: the change is accepted, so the feed does not report it again.
            if (!desired.enabled()) {
                status.disabled();
                throw e; // nothing is to run: that its jar cannot be shown is no reason to retry
            }
            String why = e instanceof InvalidPluginException invalid ? invalid.reason() : "its jar could not be read";
            LOG.warn(
                    "plugin {}: version {} could not be taken over from another node",
                    status.id(),
                    desired.version(),
                    e);
            attempts.stayBehind(new ChangeRefusedException(Cause.REJECTED, why), false, turn);
        } catch (ChangeRefusedException e) {
            attempts.stayBehind(e, false, turn);
        }
    }

    /** Follows a removal by another node. */
    void followRemoval(Intent.FollowRemoval removal, Turn turn) {
        if (!isGone(removal.epoch()) && tools.desired().acceptRemoval(status.id(), removal.revision())) {
            LOG.info("plugin {}: another node has removed it", status.id());
            pending.reached();
            status.removed();
            retireActive.run();
        }
        turn.complete();
    }

    /** Retries what is pending, if anything is and nothing serves. */
    void retry(Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        Optional<Desired> desired = status.desired();
        if (pending.isBehind() && desired.isPresent()) {
            catchUp(desired.get(), turn);
            return;
        }
        Optional<Target> target = pending.target();
        if (target.isEmpty() || status.active() != null) {
            turn.complete();
            return;
        }
        try {
            Artifact unused = tools.artifacts().requireTrusted(target.get().artifact());
            attempts.attempt(target.get(), turn);
        } catch (InvalidPluginException e) {
            pending.clear();
            status.startFailed(PluginTransition.of(e), e.reason());
            turn.refuse(new ChangeRefusedException(Cause.REJECTED, e.reason()));
        } catch (ChangeRefusedException e) {
            pending.clear();
            status.startFailed(PluginTransition.FAIL, e.reason());
            turn.refuse(e);
        }
    }
}
