package dev.busbar.host.lifecycle;

import dev.busbar.core.ConfigurationText;
import dev.busbar.core.JsonCodec;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.routing.Generation;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Platforms;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation from the first byte of its code to the last: everything it was given, on its own lane. Driven by the
 * thread that decides; what it tells of itself may be read by any.
 */
final class LiveGeneration {
    private static final Logger LOG = LoggerFactory.getLogger(LiveGeneration.class);
    private static final long POOL_END_MILLIS = 200;
    private static final int CHECK_ROUNDS = 3;

    private final Artifact artifact;
    private final String configuration;
    private final Means means;
    private final Generation gate;
    private final Lane lane;
    private final Ledger ledger;
    private final Path scratch;
    private final SwapTimes times = new SwapTimes();
    private final Object lock = new Object();
    private @Nullable Running running;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private boolean given;
    private volatile boolean primary;
    private volatile Optional<LeakWatch> leakWatch = Optional.empty();
    private volatile List<Route> routes = List.of();
    private volatile String closeFault = "";

    /**
     * What all generations are made with.
     *
     * @param settings limits and places
     * @param loader loads classes
     * @param compiler makes routes ready to be published
     * @param timer runs what is due; never runs a plugin's code
     * @param clock the host's time
     */
    record Means(
            LifecycleSettings settings,
            GenerationLoader loader,
            RouteCompiler compiler,
            Neighbours neighbours,
            ScheduledExecutorService timer,
            Clock clock) {}

    private record Running(GenerationLoader.Loaded loaded, BoundedPool requests, BoundedPool background) {}

    /**
     * A generation that has not begun to load.
     *
     * @param configuration a JSON object; empty for none
     */
    LiveGeneration(Artifact artifact, String configuration, long number, Means means) {
        this.artifact = artifact;
        this.configuration = configuration;
        this.means = means;
        this.gate = new Generation(artifact.id(), artifact.version().toString(), number);
        String name = artifact.id() + "#" + number;
        this.lane = new Lane(name + "-lane", means.timer());
        this.ledger = new Ledger(name);
        this.scratch = means.settings().places().work().resolve("scratch").resolve(artifact.id() + "-" + number);
    }

    /** The configuration that it has, a JSON object; empty for none. */
    String configuration() {
        return configuration;
    }

    /** Whether it is what desired state wants to run. */
    boolean isOf(Desired wanted) {
        return artifact.sha256().equals(wanted.sha256()) && configuration.equals(wanted.configuration());
    }

    /** Loads, starts and checks it on its lane, and compiles its routes; nothing is published. */
    CompletableFuture<PlatformRoutes> prepare() {
        return lane.run(this::prepareOnLane, means.settings().limits().start());
    }

    private PlatformRoutes prepareOnLane() throws Exception {
        times.begin();
        Running now = own(means.loader().load(artifact));
        times.loaded();
        Platform platform = now.loaded().platform();
        Thread.currentThread().setContextClassLoader(now.loaded().loader());
        LentTasks tasks = new LentTasks(gate, ledger, now.background(), means.timer(), () -> primary);
        JsonCodec json = new JsonCodec(now.loaded().loader());
        Platforms platforms =
                means.neighbours().lend(artifact.id(), artifact.terms().permissions(), json);
        LentContext context = new LentContext(
                artifact,
                gate,
                ledger,
                tasks,
                new ConfigurationText(configuration, json),
                scratch,
                new LentPlatforms(ledger, platforms),
                means.clock());
        call("its start()", () -> {
            platform.start(context);
            return context;
        });
        routes = call("its routes()", () -> List.copyOf(platform.routes()));
        PlatformRoutes compiled = compile(now, json);
        times.started();
        check(call("its healthChecks()", () -> List.copyOf(platform.healthChecks())));
        times.checked();
        return compiled;
    }

    private PlatformRoutes compile(Running now, JsonCodec json) throws RejectedException {
        try {
            return means.compiler().compile(gate, routes, json, route -> now.requests()::offer);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("its routes cannot be served: " + e.getMessage(), e);
        }
    }

    private Running own(GenerationLoader.Loaded loaded) throws Exception {
        LifecycleSettings.Bulkhead bulkhead = means.settings().bulkhead();
        String name = artifact.id() + "#" + gate.number();
        Running mine = new Running(
                loaded,
                new BoundedPool(name, loaded.loader(), bulkhead.threads(), bulkhead.queue()),
                new BoundedPool(name + "-background", loaded.loader(), bulkhead.backgroundThreads(), bulkhead.queue()));
        synchronized (lock) {
            if (!given) {
                running = mine;
                return mine;
            }
        }
        loaded.manager().close();
        throw new RejectedException("plugin " + artifact.label() + " was given up while it was being loaded");
    }

    /** Enters the plugin's code, unless the generation was given up meanwhile: a start may come back late. */
    private <T> T inside(Callable<T> call) throws Exception {
        if (!gate.enter()) {
            throw new RejectedException("plugin " + artifact.label() + " was given up while it was starting");
        }
        try {
            return call.call();
        } finally {
            gate.leave();
        }
    }

    /** Calls one of its methods; what that throws becomes a sentence here, where its code may run. */
    private <T> T call(String method, Callable<T> body) throws Exception {
        try {
            return inside(body);
        } catch (RejectedException e) {
            throw e; // it was given up
        } catch (Exception | Error e) {
            // The border to a plugin's code: whatever it throws is why it does not start.
            throw RejectedException.threw(method, e, artifact);
        }
    }

    private void check(List<HealthCheck> checks) throws Exception {
        for (int round = 0; round < CHECK_ROUNDS; round++) {
            for (HealthCheck check : checks) {
                requirePass(check);
            }
        }
    }

    private void requirePass(HealthCheck check) throws Exception {
        String prefix = "its health check \"" + check.name() + "\" failed: ";
        HealthCheck.@Nullable Health health = call(prefix + "it", check.probe()::check);
        if (health == null) {
            throw new RejectedException(prefix + "it answered null");
        }
        if (health.status() == HealthCheck.Health.Status.FAIL) {
            throw new RejectedException(prefix + health.detail());
        }
    }

    /** Says whether it does the background work of its platform. */
    void primary(boolean value) {
        primary = value;
    }

    /** How long after the begin of draining its last request must have ended. */
    Duration drainLimit() {
        Duration longest =
                routes.stream().map(Route::deadline).max(Duration::compareTo).orElse(Duration.ZERO);
        return longest.plus(means.settings().limits().drainMargin());
    }

    /** Closes it on its lane once nobody is inside any more; completes, never exceptionally, when it is gone. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> before = closing.compareAndExchange(null, mine);
        if (before != null) {
            return before;
        }
        CompletableFuture<Void> unused = closeOnLane().whenComplete((done, failure) -> mine.complete(null));
        return mine;
    }

    private CompletableFuture<Void> closeOnLane() {
        Duration limit = means.settings().limits().close();
        return lane.run(this::closePlatform, limit)
                .handle(this::closed)
                .thenCompose(ended -> lane.run(this::takeBack, limit))
                .handle((taken, failure) -> {
                    if (failure != null) {
                        LOG.warn("{}: could not be unloaded ({})", gate, failure.toString());
                    }
                    lane.close();
                    return null;
                });
    }

    private boolean closed(@Nullable Void done, @Nullable Throwable failure) {
        if (failure instanceof RejectedException threw) {
            closeFault = threw.reason();
            LOG.warn("{}: {}{}", gate, closeFault, threw.stack());
        } else if (failure != null) {
            closeFault = "its close() was " + failure.getMessage() + "; look for what close() waits for";
            LOG.warn("{}: {}", gate, closeFault);
        }
        return failure == null;
    }

    private @Nullable Void closePlatform() throws Exception {
        if (!lane.awaitAbandoned(POOL_END_MILLIS)) {
            throw new RejectedException(
                    "its close() was not called: its start does not end, and two of its methods never run at once");
        }
        Running now;
        synchronized (lock) {
            given = true;
            now = running;
        }
        if (now != null) {
            Thread.currentThread().setContextClassLoader(now.loaded().loader());
            callClose(now.loaded().platform());
        }
        return null;
    }

    private void callClose(Platform platform) throws RejectedException {
        try {
            platform.close();
        } catch (Exception | Error e) {
            // The border to a plugin's code: whatever it throws, the rest is closed all the same.
            throw RejectedException.threw("its close()", e, artifact);
        }
    }

    private @Nullable Void takeBack() throws Exception {
        Thread.currentThread().setContextClassLoader(LiveGeneration.class.getClassLoader());
        ledger.close();
        routes = List.of();
        Running now;
        synchronized (lock) {
            given = true;
            now = running;
            running = null;
        }
        if (now != null) {
            now.requests().close();
            now.background().close();
            boolean ended =
                    now.requests().awaitEnd(POOL_END_MILLIS) && now.background().awaitEnd(POOL_END_MILLIS);
            if (!ended) {
                LOG.warn("{}: a thread of it does not end; it is shown with its stack in the generations", gate);
            }
            now.loaded().manager().close();
            leakWatch = Optional.of(new LeakWatch(now.loaded().loader()));
        }
        deleteScratch();
        return null;
    }

    private void deleteScratch() {
        try {
            Trees.delete(scratch);
        } catch (IOException e) {
            LOG.warn("{}: its scratch directory could not be deleted", gate, e);
        }
    }

    Artifact artifact() {
        return artifact;
    }

    /** Whether nothing of it runs any more on its lane, not even a step that was given up. */
    boolean isOver() {
        return lane.isOver();
    }

    Generation gate() {
        return gate;
    }

    SwapTimes times() {
        return times;
    }

    Optional<LeakWatch> leakWatch() {
        return leakWatch;
    }

    /** The routes it declared; none after its retirement. */
    List<Route> routes() {
        return routes;
    }

    /** Why it could not be closed as it should; empty when it could. */
    String closeFault() {
        return closeFault;
    }

    /** How many loans of the host it holds. */
    int loans() {
        return ledger.size();
    }
}
