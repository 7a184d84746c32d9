package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One way to one goal: load, start and check the new generation, publish it, let the old one go; or put everything back
 * as it was. The old one serves until the publish, or, where two may not run at once, is let go first, while requests
 * wait. Confined to the thread that decides; what takes time goes to a lane and comes back to it.
 */
final class Swap {
    private static final Logger LOG = LoggerFactory.getLogger(Swap.class);
    private static final String STOPPING = "the host is stopping";

    private final Standing standing;
    private final Decider decider;
    private final Goal goal;
    private final String notice;
    private final Consumer<Outcome> done;
    private @Nullable Hold hold;
    private @Nullable LiveGeneration before;
    private @Nullable Outcome refused;

    /**
     * How it ended.
     *
     * @param refused why the goal was not reached; empty when it was
     * @param stuck the generation whose start does not end; empty unless that was the reason
     * @param lost what had served and could not be put back
     */
    record Outcome(Optional<RefusedException> refused, Optional<LiveGeneration> stuck, Optional<Goal> lost) {
        static final Outcome REACHED = new Outcome(Optional.empty(), Optional.empty(), Optional.empty());

        static Outcome refused(Cause cause, String why) {
            return new Outcome(Optional.of(new RefusedException(cause, why)), Optional.empty(), Optional.empty());
        }

        Outcome losing(Goal served) {
            return new Outcome(refused, stuck, Optional.of(served));
        }
    }

    /** What is done with a generation once it has started or failed. */
    private interface Landing {
        void on(LiveGeneration next, @Nullable PlatformRoutes routes, @Nullable Throwable failure);
    }

    /**
     * A swap that has not begun.
     *
     * @param notice what a maintainer should know while this serves; empty when all is well
     * @param done told once how it ended, after everything is in place
     */
    Swap(Standing standing, Decider decider, Goal goal, String notice, Consumer<Outcome> done) {
        this.standing = standing;
        this.decider = decider;
        this.goal = goal;
        this.notice = notice;
        this.done = done;
    }

    void begin() {
        LiveGeneration old = standing.active();
        if (old != null && (isExclusive(old.artifact()) || isExclusive(goal.artifact()))) {
            letGoFirst(old);
        } else {
            if (old == null) {
                standing.away(PluginState.STARTING, "", "it is starting");
                standing.artifact(goal.artifact());
                decider.changed(standing.id());
            }
            start(goal, this::prepared);
        }
    }

    private static boolean isExclusive(Artifact artifact) {
        return artifact.terms().exclusive();
    }

    private void letGoFirst(LiveGeneration old) {
        before = old;
        hold = decider.hold(standing.id());
        standing.release();
        standing.underWay(PluginState.STARTING);
        decider.changed(standing.id());
        CompletableFuture<Void> unused = decider.retire(old, Retirement.Streams.CUT)
                .whenCompleteAsync((gone, failure) -> start(goal, this::prepared), decider.executor());
    }

    private void start(Goal now, Landing landing) {
        String sha256 = now.artifact().sha256();
        try {
            decider.journal()
                    .begin(sha256, standing.id(), now.artifact().version().toString());
        } catch (RuntimeException e) {
            LOG.error("plugin {}: its start could not be written down", standing.id(), e);
            if (now.step() != Goal.Step.NONE) {
                refuse(Outcome.refused(Cause.HOST, "the store could not be written; nothing has changed"));
                return;
            }
            // What desired state wants already needs no store to serve.
        }
        LiveGeneration next = decider.newGeneration(now.artifact(), now.wanted().configuration());
        CompletableFuture<Void> unused = next.prepare()
                .handleAsync(
                        (routes, failure) -> {
                            landing.on(next, routes, failure);
                            return null;
                        },
                        decider.executor());
    }

    private void prepared(LiveGeneration next, @Nullable PlatformRoutes routes, @Nullable Throwable failure) {
        decider.journal().end(goal.artifact().sha256());
        if (decider.isStopping()) {
            decider.gone(next, STOPPING);
            end(Outcome.refused(Cause.HOST, STOPPING));
        } else if (routes == null || failure != null) {
            failed(next, reason(failure), failure);
        } else if (write()) {
            publish(next, routes, notice);
            end(Outcome.REACHED);
        } else {
            decider.gone(next, "desired state could not be written");
            refuse(Outcome.refused(Cause.HOST, "desired state could not be written; nothing has changed"));
        }
    }

    private boolean write() {
        try {
            goal.write(decider.desired());
            standing.desired(goal.wanted());
            return true;
        } catch (RuntimeException e) {
            LOG.error("plugin {}: desired state could not be written", standing.id(), e);
            return false;
        }
    }

    private void publish(LiveGeneration next, PlatformRoutes routes, String why) {
        Optional<LiveGeneration> old = standing.release();
        decider.routes().publish(table -> table.with(standing.id(), new RouteTable.Mount.Served(routes)));
        next.primary(true);
        next.times().published();
        standing.serves(next, why);
        LOG.info("plugin {}: {} routes served", next.gate(), routes.routes().size());
        old.ifPresent(generation -> {
            CompletableFuture<Void> unused = decider.retire(generation, Retirement.Streams.AWAITED);
        });
    }

    private void failed(LiveGeneration next, String why, @Nullable Throwable failure) {
        LOG.error("plugin {}: {}{}", next.gate(), why, stack(failure));
        decider.gone(next, why);
        boolean stuck = cause(failure) instanceof TimeoutException;
        refuse(new Outcome(
                Optional.of(new RefusedException(Cause.FAILED, why)),
                stuck ? Optional.of(next) : Optional.empty(),
                Optional.empty()));
    }

    /** The goal is not reached; what was let go for it is started again. */
    private void refuse(Outcome outcome) {
        LiveGeneration old = before;
        if (old == null) {
            end(outcome);
            return;
        }
        refused = outcome;
        start(served(old), this::putBack);
    }

    private Goal served(LiveGeneration old) {
        Desired wanted = standing.desired().orElse(goal.wanted());
        return new Goal(old.artifact(), wanted, Goal.Step.NONE, Goal.Pursuit.RESUMED);
    }

    private void putBack(LiveGeneration again, @Nullable PlatformRoutes routes, @Nullable Throwable failure) {
        decider.journal().end(again.artifact().sha256());
        if (routes != null && failure == null && !decider.isStopping()) {
            publish(again, routes, "");
        } else {
            String why = decider.isStopping() ? STOPPING : reason(failure);
            LOG.error("plugin {}: could not be put back: {}{}", again.gate(), why, stack(failure));
            decider.gone(again, why);
        }
        end(refused == null ? Outcome.refused(Cause.HOST, STOPPING) : refused);
    }

    private void end(Outcome outcome) {
        try {
            if (standing.active() == null) {
                outcome.refused()
                        .ifPresent(why -> standing.away(PluginState.FAILED, why.reason(), "it could not be started"));
            }
            LiveGeneration old = before;
            done.accept(old == null || standing.active() != null ? outcome : outcome.losing(served(old)));
        } finally {
            if (hold != null) {
                hold.release();
            }
        }
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof RejectedException rejected) {
            return rejected.reason();
        }
        if (cause instanceof TimeoutException) {
            return "its start was " + cause.getMessage() + "; look for what start() waits for";
        }
        return "its start threw " + cause;
    }

    private static String stack(@Nullable Throwable failure) {
        return cause(failure) instanceof RejectedException rejected ? rejected.stack() : "";
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
