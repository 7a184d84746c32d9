package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.Exposure;
import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.DesiredStore;
import dev.busbar.host.desired.OvertakenException;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.starts.StartGate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A swap to a target: loads, starts and checks the new generation, publishes it and retires the old one; or restores what
 * served interrupted. The old generation serves until the publish, or, where two must not run at once, is retired first, while
 * requests are suspended. Confined to the thread that decides; steps that take time run on a lane and report back.
 */
final class Swap {
    private static final Logger LOG = LoggerFactory.getLogger(Swap.class);
    private static final int MAX_RELEASES = 3;
    private static final int MAX_FRAMES = 32;
    private static final String STOPPING = "the host is stopping";

    private final PluginStatus status;
    private final Tools tools;
    private final Target target;
    private final Intent.Request request;
    private final Consumer<Outcome> listener;
    private final List<LiveGeneration> stuck = new ArrayList<>();
    private @Nullable Hold hold;
    private @Nullable LiveGeneration interrupted;
    private @Nullable ChangeRefusedException refused;
    private boolean ended;
    private int releases;
    private long beganNanos;

    /**
     * The outcome of a swap.
     *
     * @param refused the reason why the target was not reached; empty when it was
     * @param stuck the generations whose start does not end
     * @param lost what had served and could not be restored
     */
    record Outcome(Optional<ChangeRefusedException> refused, List<LiveGeneration> stuck, Optional<Target> lost) {}

    /** Continues with a generation that has started or failed. */
    private interface Continuation {
        void on(LiveGeneration next, @Nullable PlatformRoutes routes, @Nullable Throwable failure);
    }

    /**
     * A swap that has not begun.
     *
     * @param request the request that it is for
     * @param listener told once how it ended, after everything is in place
     */
    Swap(PluginStatus status, Tools tools, Target target, Intent.Request request, Consumer<Outcome> listener) {
        this.status = status;
        this.tools = tools;
        this.target = target;
        this.request = request;
        this.listener = listener;
    }

    void begin() {
        beganNanos = System.nanoTime();
        LiveGeneration old = status.active();
        if (old != null && (isExclusive(old.artifact()) || isExclusive(target.artifact()))) {
            interrupted = old;
            hold = tools.hold(status.id());
            status.release();
            status.suspended();
            CompletableFuture<Void> unused = tools.generations().retire(old, Retirement.Streams.CUT);
        } else if (old == null) {
            status.unavailable(PluginTransition.START, "", "it is starting");
            status.artifact(target.artifact());
        }
        tools.registry().changed(status.id());
        whenAlone(target, () -> startInTurn(target, this::prepared));
    }

    private static boolean isExclusive(Artifact artifact) {
        return artifact.terms().exclusive();
    }

    /** Generations of an exclusive plugin never run at once, not even while one of them is being closed. */
    private void whenAlone(Target now, Runnable next) {
        CompletableFuture<Void> unused = tools.generations()
                .whenAlone(now.artifact())
                .whenCompleteAsync((gone, failure) -> guarded(next), tools.thread());
    }

    /** Runs a step of the swap, which ends whatever goes wrong in the host itself: nothing may wait for it for ever. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("plugin {}: a swap failed in the host", status.id(), e);
            end(new ChangeRefusedException(Cause.HOST, "the host could not do it now; see its log"));
        }
    }

    /** A start that an operator or a suspended request waits for does not wait for other starts. */
    private StartGate.Turn turn(Target now) {
        if (now.retries() == Target.Retries.NEVER || interrupted != null) {
            return StartGate.Turn.AT_ONCE;
        }
        boolean suspect = tools.starts().weight(now.artifact().sha256()) > 0;
        return suspect ? StartGate.Turn.ALONE : StartGate.Turn.BESIDE_OTHERS;
    }

    private void startInTurn(Target now, Continuation continuation) {
        tools.generations()
                .gate()
                .enter(
                        turn(now),
                        () -> guarded(() -> {
                            boolean begun = false;
                            try {
                                begun = start(now, continuation);
                            } finally {
                                if (!begun) {
                                    tools.generations().gate().leave();
                                }
                            }
                        }));
    }

    /** Begins a start; returns whether it was begun, and then the continuation follows. */
    private boolean start(Target now, Continuation continuation) {
        if (tools.isStopping()) {
            end(new ChangeRefusedException(Cause.HOST, STOPPING));
            return false;
        }
        boolean known = now.step() == Target.Step.NONE || now.step() == Target.Step.ROLLBACK;
        if (!recordStart(now) && !known) {
            refuse(new ChangeRefusedException(Cause.HOST, "the store could not be written; nothing has changed"));
            return false; // a version that desired state names already, or a rollback, needs no store to serve
        }
        LiveGeneration next = tools.generations().create(now.artifact(), now.configuration());
        CompletableFuture<Void> unused = prepare(next)
                .handleAsync(
                        (routes, failure) -> {
                            tools.generations().gate().leave();
                            tools.starts().end(now.artifact().sha256());
                            guarded(() -> {
                                if (awaitsLibrary(failure)) {
                                    whenReleased(now, next, continuation);
                                } else {
                                    continuation.on(next, routes, failure);
                                }
                            });
                            return null;
                        },
                        tools.thread());
        return true;
    }

    /** Returns whether a start may succeed once an earlier generation, none of which serves, has been collected. */
    private boolean awaitsLibrary(@Nullable Throwable failure) {
        return isLibraryHeld(failure) && status.active() == null && releases < MAX_RELEASES && !tools.isStopping();
    }

    private static boolean isLibraryHeld(@Nullable Throwable failure) {
        return cause(failure) instanceof InvalidPluginException rejected && rejected.isLibraryHeld();
    }

    /** Starts the same again when the class loaders of the earlier generations are gone, and with them their libraries. */
    private void whenReleased(Target now, LiveGeneration next, Continuation continuation) {
        releases++;
        LOG.info("plugin {}: it waits until its native library is released by an earlier generation", next.gate());
        CompletableFuture<Void> unused = tools.generations()
                .released(next, "it waited for its native library")
                .whenCompleteAsync((gone, failed) -> guarded(() -> startInTurn(now, continuation)), tools.thread());
    }

    private boolean recordStart(Target now) {
        try {
            tools.starts()
                    .begin(
                            now.artifact().sha256(),
                            status.id(),
                            now.artifact().version().toString());
            return true;
        } catch (RuntimeException e) {
            LOG.error("plugin {}: its start could not be recorded", status.id(), e);
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
        if (tools.isStopping()) {
            discard(next, STOPPING);
            end(new ChangeRefusedException(Cause.HOST, STOPPING));
        } else if (routes == null || failure != null) {
            String why = failed(next, failure);
            refuse(ChangeRefusedException.failed(why, isPermanent(failure)));
        } else if (!hasConsent(next, routes)) {
            LOG.debug("plugin {}: not published", next.gate());
        } else {
            ChangeRefusedException unwritten = write();
            if (unwritten == null) {
                publish(next, routes, target.notice());
                end(null);
            } else {
                discard(next, unwritten.reason());
                refuse(unwritten);
            }
        }
    }

    /** Returns whether the operator has approved its public routes; else the generation is discarded. */
    private boolean hasConsent(LiveGeneration next, PlatformRoutes routes) {
        Optional<String> now = status.desired().map(Desired::sha256);
        Exposure exposure =
                tools.artifacts().exposure(status.id(), next.artifact().sha256(), now, routes.routes());
        if (exposure instanceof Exposure.Allowed allowed) {
            status.notes(allowed.notes());
            return true;
        }
        ChangeRefusedException why = exposure instanceof Exposure.Refused refused
                ? new ChangeRefusedException(Cause.CONSENT, refused.reason())
                : new ChangeRefusedException(Cause.HOST, ((Exposure.Unknown) exposure).reason());
        discard(next, why.reason());
        refuse(why);
        return false;
    }

    /** Writes desired state; returns the reason why that failed, or null. */
    private @Nullable ChangeRefusedException write() {
        Target reached = target.reached();
        try {
            reached.write(
                    tools.desired(),
                    tools.artifacts(),
                    PluginEvents.changed(request.intent(), request.actor(), target, status.desired()));
            status.desired(reached.desired());
            return null;
        } catch (OvertakenException e) {
            return isWanted(reached, e) ? null : new ChangeRefusedException(Cause.OVERTAKEN, e.reason());
        } catch (IOException | RuntimeException e) {
            LOG.error("plugin {}: desired state could not be written", status.id(), e);
            boolean serves = target.step() == Target.Step.NONE && !(request.intent() instanceof Intent.Reload);
            return serves
                    ? null
                    : new ChangeRefusedException(Cause.HOST, "desired state could not be written; nothing has changed");
        }
    }

    /** Returns whether another node that was faster has made the same change, so that nothing is left to write. */
    private boolean isWanted(Target reached, OvertakenException faster) {
        Optional<DesiredStore.Stored> same = faster.now()
                .filter(stored -> stored.desired().enabled())
                .filter(stored -> stored.desired().runsTheSameAs(reached.desired()));
        same.ifPresent(stored -> {
            boolean unused = tools.desired().accept(stored);
            status.desired(stored.desired());
        });
        return same.isPresent();
    }

    private void publish(LiveGeneration next, PlatformRoutes routes, String why) {
        Optional<LiveGeneration> old = status.release();
        tools.routes().publish(table -> table.with(status.id(), new RouteTable.Mount.Served(routes)));
        next.primary(true);
        next.published();
        status.published(next, why);
        LOG.info("plugin {}: {} routes served", next.gate(), routes.routes().size());
        old.ifPresent(generation -> {
            CompletableFuture<Void> unused = tools.generations().retire(generation, Retirement.Streams.AWAITED);
        });
    }

    private String failed(LiveGeneration next, @Nullable Throwable failure) {
        String why = reason(failure);
        LOG.error("plugin {}: {}{}", next.gate(), why, stack(failure));
        if (cause(failure) instanceof TimeoutException) {
            stuck.add(next);
        }
        discard(next, why);
        return why;
    }

    private void discard(LiveGeneration next, String why) {
        CompletableFuture<Void> unused = tools.generations().discard(next, why);
    }

    /** The target is not reached; what was retired for it is started again. */
    private void refuse(ChangeRefusedException why) {
        LiveGeneration old = interrupted;
        refused = why;
        releases = 0;
        if (old == null) {
            end(why);
        } else {
            Target previous = served(old);
            whenAlone(previous, () -> startInTurn(previous, this::restored));
        }
    }

    private Target served(LiveGeneration old) {
        Desired desired = status.desired().orElse(target.desired());
        Target.Retries retries = desired.served() ? Target.Retries.BACKOFF_SERVED : Target.Retries.BACKOFF;
        // With the configuration that it had: desired state may name another one by now.
        return new Target(old.artifact(), old.configuration(), desired, Target.Step.NONE, retries, "");
    }

    private void restored(LiveGeneration previous, @Nullable PlatformRoutes routes, @Nullable Throwable failure) {
        if (tools.isStopping()) {
            discard(previous, STOPPING);
        } else if (routes == null || failure != null) {
            String unused = failed(previous, failure);
        } else {
            publish(previous, routes, "");
        }
        end(refused);
    }

    /** @param why null when the target was reached */
    private void end(@Nullable ChangeRefusedException why) {
        if (ended) {
            return;
        }
        ended = true;
        Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
        status.took(took);
        LiveGeneration old = interrupted;
        boolean down = status.active() == null;
        try {
            if (down && why != null) {
                boolean consent = why.kind() == Cause.CONSENT;
                status.startFailed(consent ? PluginTransition.REJECT : PluginTransition.FAIL, why.reason());
            }
            Optional<Target> lost = old != null && down ? Optional.of(served(old)) : Optional.empty();
            listener.accept(new Outcome(Optional.ofNullable(why), stuck, lost));
        } finally {
            tools.registry().swapEnded(new SwapEnded(status.id(), outcome(why), took));
            if (hold != null) {
                hold.release();
            }
        }
    }

    private static SwapEnded.Outcome outcome(@Nullable ChangeRefusedException why) {
        if (why == null) {
            return SwapEnded.Outcome.PUBLISHED;
        }
        return why.kind() == Cause.CONSENT ? SwapEnded.Outcome.REFUSED : SwapEnded.Outcome.FAILED;
    }

    private String reason(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof InvalidPluginException rejected) {
            return rejected.isLibraryHeld() ? rejected.reason() + libraryAdvice() : rejected.reason();
        }
        if (cause instanceof TimeoutException) {
            return String.valueOf(cause.getMessage());
        }
        return "its start threw " + cause;
    }

    private String libraryAdvice() {
        LiveGeneration active = status.active();
        String rule = ": the JVM gives a native library to one class loader at a time, until that is collected; ";
        if (active == null) {
            return rule
                    + "an earlier generation that is still in memory has it (see the generations), or another plugin";
        }
        return rule + "version " + active.artifact().version() + ", which serves, has it, or another plugin. Declare"
                + " Busbar-Handover: exclusive in the manifest, so that what serves is unloaded first, or load a copy of"
                + " the library from context.scratch()";
    }

    private static boolean isPermanent(@Nullable Throwable failure) {
        return cause(failure) instanceof InvalidPluginException rejected && rejected.isPermanent();
    }

    private static String stack(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof TimeoutException) {
            return Arrays.stream(cause.getStackTrace())
                    .limit(MAX_FRAMES)
                    .map(frame -> "\n\tat " + frame)
                    .collect(Collectors.joining());
        }
        return cause instanceof InvalidPluginException rejected ? rejected.stack() : "";
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
