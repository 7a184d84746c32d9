package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.OvertakenException;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller of one plugin: applies the requests about it, one at a time. Confined to the thread that decides. */
final class PluginController {
    private static final Logger LOG = LoggerFactory.getLogger(PluginController.class);

    private final String id;
    private final Tools tools;
    private final PluginStatus status;
    private final PendingTarget pending;
    private final Attempts attempts;
    private final ChangeHandler changes;
    private final Reconciler reconciler;
    private final Deque<Intent.Request> waiting = new ArrayDeque<>();
    private boolean busy;

    PluginController(String id, Tools tools) {
        this.id = id;
        this.tools = tools;
        this.status = new PluginStatus(id, tools.routes());
        this.pending = new PendingTarget(tools.settings().retry(), tools.thread(), this::submitRetry);
        this.attempts = new Attempts(status, tools, pending);
        this.changes = new ChangeHandler(status, tools, pending, attempts, this::retireActive);
        this.reconciler = new Reconciler(status, tools, pending, attempts, this::retireActive);
    }

    /** Applies a request when its turn comes. */
    void submit(Intent.Request request) {
        waiting.add(request);
        next();
    }

    private void submitRetry() {
        submit(Intent.Request.ofHost(new Intent.Retry(id)));
    }

    private void next() {
        if (busy) {
            return;
        }
        Intent.Request request = waiting.poll();
        if (request == null) {
            return;
        }
        busy = true;
        Turn turn = new Turn(request, this::ended);
        try {
            if (tools.isStopping()) {
                throw new ChangeRefusedException(Cause.HOST, "the host is stopping");
            }
            apply(turn);
        } catch (ChangeRefusedException e) {
            turn.refuse(e);
        } catch (InvalidPluginException e) {
            turn.refuse(new ChangeRefusedException(Cause.REJECTED, e.reason()));
        } catch (OvertakenException e) {
            turn.refuse(new ChangeRefusedException(Cause.OVERTAKEN, e.reason()));
        } catch (IOException | RuntimeException | Error e) {
            // Whatever went wrong, the next request must have its turn and this one an outcome.
            LOG.error("plugin {}: {} could not be carried out", id, request.intent(), e);
            turn.refuse(new ChangeRefusedException(Cause.HOST, "the host could not do it now; see its log"));
        }
    }

    private void apply(Turn turn) throws ChangeRefusedException, InvalidPluginException, IOException {
        Intent intent = turn.request().intent();
        if (intent instanceof Intent.Install install) {
            changes.install(install, turn);
        } else if (intent instanceof Intent.Reload) {
            changes.reload(turn);
        } else if (intent instanceof Intent.Rollback rollback) {
            changes.rollback(rollback.force(), turn);
        } else if (intent instanceof Intent.Configure configure) {
            changes.configure(configure.json(), turn);
        } else if (intent instanceof Intent.Enable enable) {
            changes.enable(enable, turn);
        } else if (intent instanceof Intent.Disable) {
            changes.disable(turn);
        } else if (intent instanceof Intent.Remove remove) {
            changes.remove(remove, turn);
        } else if (intent instanceof Intent.Boot boot) {
            reconciler.boot(boot.stored().desired(), turn);
        } else if (intent instanceof Intent.Follow follow) {
            reconciler.follow(follow, turn);
        } else if (intent instanceof Intent.FollowRemoval removal) {
            reconciler.followRemoval(removal, turn);
        } else if (intent instanceof Intent.Retry) {
            reconciler.retry(turn);
        }
    }

    private void retireActive() {
        status.release().ifPresent(old -> {
            CompletableFuture<Void> unused = tools.generations().retire(old, Retirement.Streams.AWAITED);
        });
    }

    private void ended(Intent.Request request, Optional<ChangeRefusedException> refused) {
        tools.registry().changed(id);
        if (refused.isPresent()) {
            request.outcome().completeExceptionally(refused.get());
        } else {
            request.outcome().complete(status.view());
        }
        busy = false;
        tools.registry().applied();
        next();
    }

    /** Another platform was published or began to wait: what waits here may start now, or wait for something else. */
    void reconsider() {
        Optional<Target> target = pending.target();
        if (busy || target.isEmpty() || status.state() != PluginState.WAITING) {
            return;
        }
        Optional<String> unmet =
                tools.registry().requirements().unmet(target.get().artifact());
        if (unmet.isEmpty()) {
            submitRetry();
        } else if (!unmet.get().equals(status.reason())) {
            attempts.awaits(unmet.get());
            tools.registry().changed(id);
        }
    }

    /** Returns whether the plugin shows a digest, or has it as its pending target. */
    boolean uses(String sha256) {
        return pending.target()
                        .filter(target -> target.artifact().sha256().equals(sha256))
                        .isPresent()
                || status.artifact()
                        .filter(shown -> shown.sha256().equals(sha256))
                        .isPresent();
    }

    boolean isIdle() {
        return !busy && waiting.isEmpty();
    }

    boolean isForgotten() {
        return waiting.isEmpty() && pending.target().isEmpty() && status.isForgotten();
    }

    PluginStatus status() {
        return status;
    }

    /** The platforms that the plugin waits for. */
    List<String> waitsFor() {
        return status.state() == PluginState.WAITING ? pending.requires() : List.of();
    }
}
