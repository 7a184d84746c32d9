package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.Exposure;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final Intent.Pending wish;
    private final Consumer<Outcome> done;
    private final List<LiveGeneration> stuck = new ArrayList<>();
    private @Nullable Hold hold;
    private @Nullable LiveGeneration before;
    private @Nullable RefusedException refused;
    private boolean ended;
    private long begunNanos;

    /**
     * How it ended.
     *
     * @param refused why the goal was not reached; empty when it was
     * @param stuck the generations whose start does not end
     * @param lost what had served and could not be put back
     */
    record Outcome(Optional<RefusedException> refused, List<LiveGeneration> stuck, Optional<Goal> lost) {}

    /** What is done with a generation once it has started or failed. */
    private interface Landing {
        void on(LiveGeneration next, @Nullable PlatformRoutes routes, @Nullable Throwable failure);
    }

    /**
     * A swap that has not begun.
     *
     * @param wish what it is for, and whose
     * @param done told once how it ended, after everything is in place
     */
    Swap(Standing standing, Decider decider, Goal goal, Intent.Pending wish, Consumer<Outcome> done) {
        this.standing = standing;
        this.decider = decider;
        this.goal = goal;
        this.wish = wish;
        this.done = done;
    }

    void begin() {
        begunNanos = System.nanoTime();
        LiveGeneration old = standing.active();
        if (old != null && (isExclusive(old.artifact()) || isExclusive(goal.artifact()))) {
            before = old;
            hold = decider.hold(standing.id());
            standing.release();
            standing.underWay(PluginState.STARTING);
            CompletableFuture<Void> unused = decider.retire(old, Retirement.Streams.CUT);
        } else if (old == null) {
            standing.away(PluginState.STARTING, "", "it is starting");
            standing.artifact(goal.artifact());
        }
        decider.changed(standing.id());
        whenAlone(goal, () -> startInTurn(goal, this::prepared));
    }

    private static boolean isExclusive(Artifact artifact) {
        return artifact.terms().exclusive();
    }

    /** Two generations of a plugin that says so never run at once, not even while one of them is being closed. */
    private void whenAlone(Goal now, Runnable next) {
        CompletableFuture<Void> unused = decider.whenAlone(now.artifact())
                .whenCompleteAsync((gone, failure) -> guarded(next), decider.executor());
    }

    /** Whatever goes wrong in the host itself, the swap ends: nothing may wait for it for ever. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("plugin {}: a swap failed in the host", standing.id(), e);
            end(new RefusedException(Cause.HOST, "the host could not do it now; see its log"));
        }
    }

    private void startInTurn(Goal now, Landing landing) {
        StartGate.Turn turn = now.pursuit() == Goal.Pursuit.ONCE || before != null
                ? StartGate.Turn.AT_ONCE
                : decider.journal().weight(now.artifact().sha256()) > 0
                        ? StartGate.Turn.ALONE
                        : StartGate.Turn.BESIDE_OTHERS;
        decider.gate()
                .enter(
                        turn,
                        () -> guarded(() -> {
                            boolean begun = false;
                            try {
                                begun = start(now, landing);
                            } finally {
                                if (!begun) {
                                    decider.gate().leave();
                                }
                            }
                        }));
    }

    /** Answers whether it was begun; then it lands. */
    private boolean start(Goal now, Landing landing) {
        if (decider.isStopping()) {
            end(new RefusedException(Cause.HOST, STOPPING));
            return false;
        }
        boolean known = now.step() == Goal.Step.NONE || now.step() == Goal.Step.ROLLBACK;
        if (!writeDown(now) && !known) {
            refuse(new RefusedException(Cause.HOST, "the store could not be written; nothing has changed"));
            return false; // what desired state wants already, or the way back, needs no store to serve
        }
        LiveGeneration next = decider.newGeneration(now.artifact(), now.configuration());
        CompletableFuture<Void> unused = prepare(next)
                .handleAsync(
                        (routes, failure) -> {
                            decider.gate().leave();
                            decider.journal().end(now.artifact().sha256());
                            guarded(() -> landing.on(next, routes, failure));
                            return null;
                        },
                        decider.executor());
        return true;
    }

    private boolean writeDown(Goal now) {
        try {
            decider.journal()
                    .begin(
                            now.artifact().sha256(),
                            standing.id(),
                            now.artifact().version().toString());
            return true;
        } catch (RuntimeException e) {
            LOG.error("plugin {}: its start could not be recorded", standing.id(), e);
            return false;
        }
    }

    private static CompletableFuture<PlatformRoutes> prepare(LiveGeneration next) {
        try {
            return next.prepare();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e); // no thread for its lane, for one
        }
    }

    private void prepared(LiveGeneration next, @Nullable PlatformRoutes routes, @Nullable Throwable failure) {
        if (decider.isStopping()) {
            letGo(next, STOPPING);
            end(new RefusedException(Cause.HOST, STOPPING));
        } else if (routes == null || failure != null) {
            String why = failed(next, failure);
            refuse(new RefusedException(Cause.FAILED, why));
        } else if (!hasConsent(next, routes)) {
            LOG.debug("plugin {}: not published", next.gate());
        } else {
            RefusedException unwritten = write();
            if (unwritten == null) {
                publish(next, routes, goal.notice());
                end(null);
            } else {
                letGo(next, unwritten.reason());
                refuse(unwritten);
            }
        }
    }

    /** Whether it may be published as far as its public routes are concerned; else it is let go. */
    private boolean hasConsent(LiveGeneration next, PlatformRoutes routes) {
        Optional<String> now = standing.desired().map(Desired::sha256);
        Exposure exposure =
                decider.artifacts().exposure(standing.id(), next.artifact().sha256(), now, routes.routes());
        if (exposure instanceof Exposure.Allowed allowed) {
            standing.notes(allowed.notes());
            return true;
        }
        RefusedException why = exposure instanceof Exposure.Refused refused
                ? new RefusedException(Cause.CONSENT, refused.reason())
                : new RefusedException(Cause.HOST, ((Exposure.Unknown) exposure).reason());
        letGo(next, why.reason());
        refuse(why);
        return false;
    }

    /** Returns why desired state could not be written; null when it was, or need not be. */
    private @Nullable RefusedException write() {
        Goal reached = goal.reached();
        try {
            reached.write(
                    decider.desired(),
                    decider.artifacts(),
                    PluginEvents.changed(wish.intent(), wish.actor(), goal, standing.desired()));
            standing.desired(reached.wanted());
            return null;
        } catch (OvertakenException e) {
            return isWanted(reached, e) ? null : e.refusal();
        } catch (IOException | RuntimeException e) {
            LOG.error("plugin {}: desired state could not be written", standing.id(), e);
            boolean serves = goal.step() == Goal.Step.NONE && !(wish.intent() instanceof Intent.Reload);
            return serves
                    ? null
                    : new RefusedException(Cause.HOST, "desired state could not be written; nothing has changed");
        }
    }

    /** Another node was faster; where it has made the same change, there is nothing left to write. */
    private boolean isWanted(Goal reached, OvertakenException faster) {
        Optional<DesiredStore.Stored> same = faster.now()
                .filter(stored -> stored.desired().enabled())
                .filter(stored -> stored.desired().runsTheSameAs(reached.wanted()));
        same.ifPresent(stored -> {
            boolean unused = decider.desired().accept(stored);
            standing.desired(stored.desired());
        });
        return same.isPresent();
    }

    private void publish(LiveGeneration next, PlatformRoutes routes, String why) {
        Optional<LiveGeneration> old = standing.release();
        decider.routes().publish(table -> table.with(standing.id(), new RouteTable.Mount.Served(routes)));
        next.primary(true);
        next.published();
        standing.serves(next, why);
        LOG.info("plugin {}: {} routes served", next.gate(), routes.routes().size());
        old.ifPresent(generation -> {
            CompletableFuture<Void> unused = decider.retire(generation, Retirement.Streams.AWAITED);
        });
    }

    private String failed(LiveGeneration next, @Nullable Throwable failure) {
        String why = reason(failure);
        LOG.error("plugin {}: {}{}", next.gate(), why, stack(failure));
        if (cause(failure) instanceof TimeoutException) {
            stuck.add(next);
        }
        letGo(next, why);
        return why;
    }

    private void letGo(LiveGeneration next, String why) {
        CompletableFuture<Void> unused = decider.gone(next, why);
    }

    /** The goal is not reached; what was let go for it is started again. */
    private void refuse(RefusedException why) {
        LiveGeneration old = before;
        refused = why;
        if (old == null) {
            end(why);
        } else {
            Goal again = served(old);
            whenAlone(again, () -> startInTurn(again, this::putBack));
        }
    }

    private Goal served(LiveGeneration old) {
        Desired wanted = standing.desired().orElse(goal.wanted());
        Goal.Pursuit pursuit = wanted.served() ? Goal.Pursuit.RESUMED : Goal.Pursuit.LASTING;
        // With the configuration that it had: desired state may name another one by now.
        return new Goal(old.artifact(), old.configuration(), wanted, Goal.Step.NONE, pursuit, "");
    }

    private void putBack(LiveGeneration again, @Nullable PlatformRoutes routes, @Nullable Throwable failure) {
        if (decider.isStopping()) {
            letGo(again, STOPPING);
        } else if (routes == null || failure != null) {
            String unused = failed(again, failure);
        } else {
            publish(again, routes, "");
        }
        end(refused);
    }

    /** @param why null when the goal was reached */
    private void end(@Nullable RefusedException why) {
        if (ended) {
            return;
        }
        ended = true;
        LiveGeneration old = before;
        boolean down = standing.active() == null;
        try {
            if (down && why != null) {
                PluginState state = why.kind() == Cause.CONSENT ? PluginState.REJECTED : PluginState.FAILED;
                standing.away(state, why.reason(), "it could not be started");
            }
            Optional<Goal> lost = old != null && down ? Optional.of(served(old)) : Optional.empty();
            done.accept(new Outcome(Optional.ofNullable(why), stuck, lost));
        } finally {
            decider.swapEnded(
                    new SwapEnded(standing.id(), outcome(why), Duration.ofNanos(System.nanoTime() - begunNanos)));
            if (hold != null) {
                hold.release();
            }
        }
    }

    private static SwapEnded.Outcome outcome(@Nullable RefusedException why) {
        if (why == null) {
            return SwapEnded.Outcome.PUBLISHED;
        }
        return why.kind() == Cause.CONSENT ? SwapEnded.Outcome.REFUSED : SwapEnded.Outcome.FAILED;
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
