package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.DesiredStore.Desired;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything about one plugin id: what shall run, what runs, and the one transition under way. Confined to the thread
 * that decides; what takes time goes to a lane and comes back to it.
 */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final String STOPPING = "the host is stopping";
    private static final String SWITCHED_OFF = "switched off by a maintainer; enable it to serve it again";

    private final String id;
    private final Decider decider;
    private final Deque<Intent.Pending> waiting = new ArrayDeque<>();
    private boolean busy;
    private @Nullable Desired desired;
    private @Nullable LiveGeneration active;
    private @Nullable Artifact artifact;
    private PluginState state = PluginState.DISCOVERED;
    private String reason = "";
    private Origin origin = Origin.API;

    Slot(String id, Decider decider) {
        this.id = id;
        this.decider = decider;
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
        if (intent instanceof Intent.Install install) {
            install(install, pending);
        } else if (intent instanceof Intent.Boot boot) {
            boot(boot.desired(), pending);
        } else if (intent instanceof Intent.Reload) {
            swap(decider.artifacts().find(enabled().sha256()), () -> {}, pending);
        } else if (intent instanceof Intent.Rollback) {
            Desired target = decider.desired()
                    .previous(id, enabled().sha256())
                    .orElseThrow(
                            () -> new RefusedException(Cause.CONFLICT, "no earlier version of " + id + " is kept"));
            swap(
                    decider.artifacts().find(target.sha256()),
                    () -> {
                        decider.desired().rollback(target);
                        desired = target;
                    },
                    pending);
        } else if (intent instanceof Intent.Enable) {
            enable(pending);
        } else if (intent instanceof Intent.Disable) {
            disable(pending);
        } else {
            remove(pending);
        }
    }

    private Desired known() throws RefusedException {
        if (desired == null) {
            throw new RefusedException(Cause.UNKNOWN, "there is no plugin " + id);
        }
        return desired;
    }

    private Desired enabled() throws RefusedException {
        Desired now = known();
        if (!now.enabled()) {
            throw new RefusedException(Cause.CONFLICT, "plugin " + id + " is disabled; enable it first");
        }
        return now;
    }

    private void install(Intent.Install install, Intent.Pending pending) throws RefusedException {
        Artifact candidate = install.artifact();
        Desired before = desired;
        if (before == null) {
            origin = install.origin();
        }
        if (before != null) {
            SwapRules.check(before, install, active == null ? null : active.artifact(), decider.strict());
        }
        boolean enabled = before == null ? install.enabled() : before.enabled();
        Desired after = new Desired(
                id,
                candidate.sha256(),
                candidate.version().toString(),
                enabled,
                install.origin().source().name(),
                install.origin().fileName());
        Runnable commit = () -> {
            if (before == null || !before.sha256().equals(after.sha256())) {
                decider.desired().install(after);
            } else {
                decider.desired().update(after);
            }
            desired = after;
        };
        boolean runs = active != null && active.artifact().sha256().equals(candidate.sha256());
        if (!enabled || runs) {
            commit.run();
            artifact = candidate;
            if (!enabled) {
                away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
            }
            finish(pending);
        } else {
            swap(candidate, commit, pending);
        }
    }

    private void boot(Desired known, Intent.Pending pending) throws RejectedException, IOException {
        desired = known;
        try {
            artifact = decider.artifacts().find(known.sha256());
        } catch (RejectedException e) {
            away(PluginState.FAILED, e.reason(), "it could not be started");
            throw e;
        } catch (IOException | RuntimeException e) {
            away(PluginState.FAILED, "its jar could not be read; see the host's log", "it could not be started");
            throw e;
        }
        if (known.enabled()) {
            swap(artifact, () -> {}, pending);
        } else {
            away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
            finish(pending);
        }
    }

    private void enable(Intent.Pending pending) throws RefusedException, RejectedException, IOException {
        Desired after = known().withEnabled(true);
        if (active != null) {
            finish(pending);
            return;
        }
        swap(
                decider.artifacts().find(after.sha256()),
                () -> {
                    decider.desired().update(after);
                    desired = after;
                },
                pending);
    }

    private void disable(Intent.Pending pending) throws RefusedException {
        Desired after = known().withEnabled(false);
        decider.desired().update(after);
        desired = after;
        away(PluginState.DISABLED, SWITCHED_OFF, "it is disabled");
        retireActive();
        finish(pending);
    }

    private void remove(Intent.Pending pending) throws RefusedException {
        if (state != PluginState.FAILED) {
            known();
        }
        decider.desired().remove(id);
        desired = null;
        artifact = null;
        state = PluginState.RETIRED;
        reason = "";
        decider.routes().publish(table -> table.without(id));
        retireActive();
        finish(pending);
    }

    /** Plan is done: load, start and check beside the one that runs, then commit, publish, and let the old one go. */
    private void swap(Artifact candidate, Runnable commit, Intent.Pending pending) {
        LiveGeneration next = decider.newGeneration(candidate);
        if (active == null) {
            away(PluginState.STARTING, "", "it is starting");
            artifact = candidate;
            decider.changed(this);
        }
        CompletableFuture<PlatformRoutes> unused = next.prepare()
                .whenCompleteAsync(
                        (routes, failure) -> prepared(next, routes, failure, commit, pending), decider.executor());
    }

    private void prepared(
            LiveGeneration next,
            @Nullable PlatformRoutes routes,
            @Nullable Throwable failure,
            Runnable commit,
            Intent.Pending pending) {
        if (decider.isStopping()) {
            decider.gone(next, STOPPING);
            finish(pending, new RefusedException(Cause.HOST, STOPPING));
        } else if (routes != null && failure == null) {
            publish(next, routes, commit, pending);
        } else {
            String why = reason(failure);
            decider.gone(next, why);
            failed(next, why, pending);
        }
    }

    private void publish(LiveGeneration next, PlatformRoutes routes, Runnable commit, Intent.Pending pending) {
        try {
            commit.run();
        } catch (RuntimeException e) {
            LOG.error("plugin {}: desired state could not be written", id, e);
            decider.gone(next, "desired state could not be written");
            if (active == null) {
                away(PluginState.FAILED, "desired state could not be written; try again", "it could not be started");
            }
            finish(
                    pending,
                    new RefusedException(Cause.HOST, "desired state could not be written; nothing has changed"));
            return;
        }
        LiveGeneration old = active;
        if (old != null) {
            old.primary(false);
        }
        decider.routes().publish(table -> table.with(id, new RouteTable.Mount.Served(routes)));
        next.primary(true);
        next.times().published();
        active = next;
        artifact = next.artifact();
        state = PluginState.ACTIVE;
        reason = "";
        LOG.info("plugin {}: {} routes served", next.gate(), routes.routes().size());
        if (old != null) {
            decider.retire(old);
        }
        finish(pending);
    }

    private void failed(LiveGeneration next, String why, Intent.Pending pending) {
        LOG.error("plugin {}: {}", next.gate(), why);
        if (active == null) {
            away(PluginState.FAILED, why, "it could not be started");
        }
        finish(pending, new RefusedException(Cause.FAILED, why));
    }

    private static String reason(@Nullable Throwable failure) {
        @Nullable Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedException rejected) {
            return rejected.reason();
        }
        if (cause instanceof TimeoutException) {
            return "its start was " + cause.getMessage() + "; look for what start() waits for";
        }
        return "its start threw " + cause;
    }

    private void away(PluginState now, String why, String whyForClients) {
        state = now;
        reason = why;
        decider.routes()
                .publish(table -> table.with(id, new RouteTable.Mount.Away("platform " + id + ": " + whyForClients)));
    }

    private void retireActive() {
        LiveGeneration old = active;
        active = null;
        if (old != null) {
            old.primary(false);
            decider.retire(old);
        }
    }

    private void finish(Intent.Pending pending) {
        decider.changed(this);
        pending.outcome().complete(view());
        turn();
    }

    private void finish(Intent.Pending pending, RefusedException refused) {
        decider.changed(this);
        pending.outcome().completeExceptionally(refused);
        turn();
    }

    private void turn() {
        busy = false;
        next();
    }

    String id() {
        return id;
    }

    Optional<LiveGeneration> active() {
        return Optional.ofNullable(active);
    }

    boolean isForgotten() {
        return waiting.isEmpty()
                && desired == null
                && active == null
                && (state == PluginState.RETIRED || state == PluginState.DISCOVERED);
    }

    PluginView view() {
        Artifact shown = artifact;
        Desired wanted = desired;
        return new PluginView(
                id,
                shown == null ? "" : shown.version().toString(),
                shown == null ? "" : shown.sha256(),
                state,
                reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                active == null ? 0 : active.gate().number(),
                wanted == null ? origin : wanted.origin(),
                shown == null ? new PluginView.About("", "", "") : PluginView.About.of(shown.about()),
                active == null ? List.of() : active.routes(),
                shown == null ? List.of() : shown.classes().notes());
    }
}
