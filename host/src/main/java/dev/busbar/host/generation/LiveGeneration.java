package dev.busbar.host.generation;

import dev.busbar.core.Declarations;
import dev.busbar.core.InvalidDeclarationException;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.configuration.ConfigurationReferences;
import dev.busbar.core.configuration.ConfigurationText;
import dev.busbar.core.state.DocumentTypes;
import dev.busbar.host.artifacts.Trees;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.generation.Connections.DeclaredSchedule;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.jobs.GenerationJobs;
import dev.busbar.host.leaks.LeakWatch;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.state.PlatformState;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Platforms;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import dev.busbar.plugin.state.DocumentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loaded copy of a plugin version, from its start to its retirement: its lane, its pools and its ledger. Driven by the
 * thread that decides; its accessors may be called from any thread.
 */
public final class LiveGeneration {
    private static final Logger LOG = LoggerFactory.getLogger(LiveGeneration.class);
    private static final long POOL_END_MILLIS = 200;

    private final Artifact artifact;
    private final String configuration;
    private final Dependencies dependencies;
    private final Generation gate;
    private final Door door;
    private final Lane lane;
    private final Ledger ledger;
    private final Path scratch;
    private final SwapTimes times = new SwapTimes();
    private final Object lock = new Object();
    private @Nullable Running running;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();
    private boolean abandoned;
    private volatile boolean primary;
    private volatile Optional<LeakWatch> leakWatch = Optional.empty();
    private volatile List<RouteContract> routes = List.of();
    private volatile List<DeclaredSchedule> schedules = List.of();
    private volatile String closeFault = "";
    private volatile UnaryOperator<String> hidingSecrets = UnaryOperator.identity();
    private volatile @Nullable HealthWatch health;
    private volatile @Nullable GenerationJobs jobs;

    /**
     * The dependencies of all generations. Immutable.
     *
     * @param settings limits and directories
     * @param loader loads classes
     * @param connections what connects a generation to the rest of the host
     * @param timer runs what is due, but no code of a plugin
     * @param clock the host's time
     * @param references resolves references in configurations
     */
    public record Dependencies(
            GenerationSettings settings,
            GenerationLoader loader,
            Connections connections,
            ScheduledExecutorService timer,
            Clock clock,
            ConfigurationReferences references) {}

    private record Running(
            GenerationLoader.Loaded loaded, LeakWatch watch, BoundedPool requests, BoundedPool background) {}

    /**
     * A generation that has not begun to load.
     *
     * @param configuration a JSON object; empty for none
     */
    public LiveGeneration(Artifact artifact, String configuration, long number, Dependencies dependencies) {
        this.artifact = artifact;
        this.configuration = configuration;
        this.dependencies = dependencies;
        this.gate = new Generation(
                new Owner.Platform(artifact.id(), number),
                artifact.version().toString(),
                artifact.about().description());
        this.door = dependencies.connections().doors().door(gate);
        String name = artifact.id() + "#" + number;
        this.lane = new Lane(name + "-lane", dependencies.timer());
        this.ledger = new Ledger(name);
        this.scratch = dependencies.settings().scratch().resolve(artifact.id() + "-" + number);
    }

    /** Its configuration, a JSON object; empty for none. */
    public String configuration() {
        return configuration;
    }

    /** Returns whether it was made from this jar with this configuration. */
    public boolean isOf(String sha256, String otherConfiguration) {
        return artifact.sha256().equals(sha256) && configuration.equals(otherConfiguration);
    }

    /** Loads, starts and checks it on its lane, and compiles its routes; nothing is published. */
    public CompletableFuture<PlatformRoutes> prepare() {
        return lane.run(this::prepareOnLane, dependencies.settings().startLimit())
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException late ? hanging("its start", "startLimit", late) : failure));
    }

    /** The failure of a step that hangs, which says where; with the stack of the step. */
    private TimeoutException hanging(String step, String limit, TimeoutException late) {
        StackTraceElement[] stack = late.getStackTrace();
        TimeoutException hanging = new TimeoutException(
                step + " was " + late.getMessage() + " (swap." + limit + ")" + Hanging.at(stack, artifact));
        hanging.setStackTrace(stack);
        return hanging;
    }

    private PlatformRoutes prepareOnLane(BooleanSupplier stepAbandoned) throws Exception {
        times.begin();
        Calls calls = calls(dependencies.settings().startLimit(), stepAbandoned);
        Running now = own(calls.call("constructor", () -> dependencies.loader().load(artifact)));
        times.loaded();
        Platform platform = now.loaded().platform();
        JsonCodec json = new JsonCodec(now.loaded().loader());
        LentContext.State state = calls.call("documents()", () -> state(platform, json));
        GenerationJobs lentJobs = createJobs(json);
        LentContext context = context(now, json, lentJobs, state);
        calls.run("start()", () -> platform.start(context));
        PlatformRoutes compiled = calls.call("routes()", () -> {
            PlatformRoutes served = compile(now, json, Declarations.routes(platform));
            declare(served.contracts());
            return served;
        });
        List<JobType<?>> jobTypes = calls.call("jobs()", () -> Declarations.jobs(platform));
        lentJobs.declare(jobTypes, now.loaded().loader());
        schedules = calls.call("schedules()", () -> schedules(platform, jobTypes, json));
        times.started();
        List<HealthCheck> checks = calls.call("healthChecks()", () -> Declarations.healthChecks(platform));
        check(calls, checks);
        watchHealth(now, checks);
        times.checked();
        return compiled;
    }

    /** A start may return after the generation was abandoned, and nothing of the plugin may stay here then. */
    private void declare(List<RouteContract> declared) throws InvalidPluginException {
        synchronized (lock) {
            if (abandoned) {
                throw new InvalidPluginException("plugin " + artifact.label() + " was abandoned while it was starting");
            }
            routes = declared;
        }
    }

    private List<DeclaredSchedule> schedules(Platform platform, List<JobType<?>> types, JsonCodec json)
            throws InvalidPluginException {
        List<DeclaredSchedule> declared = Declarations.schedules(platform, types).stream()
                .map(schedule -> declared(schedule, json))
                .toList();
        for (DeclaredSchedule schedule : declared) {
            try {
                dependencies.connections().schedules().check(schedule);
            } catch (ProblemException e) {
                String fault = e.violations().isEmpty()
                        ? e.detail()
                        : e.violations().get(0).detail();
                throw InvalidPluginException.permanent("schedule \"" + schedule.name() + "\": " + fault, e);
            }
        }
        return declared;
    }

    private static DeclaredSchedule declared(Schedule<?> schedule, JsonCodec json) {
        return new DeclaredSchedule(
                schedule.name(),
                schedule.type().name(),
                new String(json.encode(schedule.request()), StandardCharsets.UTF_8),
                schedule.cron(),
                schedule.interval().map(Duration::toString),
                schedule.zone().equals(ZoneOffset.UTC) ? "UTC" : schedule.zone().getId(),
                schedule.missed().name().toLowerCase(Locale.ROOT),
                schedule.makeUp(),
                schedule.overlap().name().toLowerCase(Locale.ROOT),
                schedule.jitter().toString());
    }

    private GenerationJobs createJobs(JsonCodec json) {
        ledger.requireValid();
        GenerationJobs made = dependencies
                .connections()
                .jobs()
                .create(door, artifact.terms().permissions(), json, text -> hidingSecrets.apply(text));
        jobs = made;
        return made;
    }

    /** The state of the platform, bound to the types that this generation declares. */
    private LentContext.State state(Platform platform, JsonCodec json) {
        List<DocumentType<?>> declared = Declarations.documents(platform);
        PlatformState lent = dependencies.connections().states().lend(artifact.id(), ledger::requireValid);
        LentContext.State bound = new LentContext.State(DocumentTypes.of(declared, json, lent), lent);
        lent.declare(artifact.sha256(), declared);
        return bound;
    }

    private LentContext context(Running now, JsonCodec json, GenerationJobs lentJobs, LentContext.State state) {
        Doors doors = dependencies.connections().doors();
        LentTasks tasks = new LentTasks(door, doors, ledger, now.background(), dependencies.timer(), () -> primary);
        Platforms platforms = dependencies
                .connections()
                .platforms()
                .create(artifact.id(), artifact.terms().permissions(), json);
        return new LentContext(
                artifact,
                gate,
                ledger,
                tasks,
                configurationText(json),
                scratch,
                new LentPlatforms(ledger, platforms),
                new LentJobs(ledger, lentJobs),
                dependencies.clock(),
                state);
    }

    private ConfigurationText configurationText(JsonCodec json) {
        ConfigurationText bindable = new ConfigurationText(
                configuration,
                json,
                dependencies.references(),
                artifact.terms().secrets(),
                "PUT /admin/plugins/" + artifact.id() + "/config");
        hidingSecrets = bindable::hide;
        return bindable;
    }

    private Calls calls(Duration limit, BooleanSupplier stepAbandoned) {
        return new Calls(
                dependencies.connections().doors().alone(), System.nanoTime() + limit.toNanos(), stepAbandoned);
    }

    /** Calls of one step on the lane, with one limit and one correlation id; none follows once the step is abandoned. */
    private final class Calls {
        private final Acting acting;
        private final long dueNanos;
        private final BooleanSupplier stepAbandoned;

        Calls(Acting acting, long dueNanos, BooleanSupplier stepAbandoned) {
            this.acting = acting;
            this.dueNanos = dueNanos;
            this.stepAbandoned = stepAbandoned;
        }

        /** No call follows an abandoned one: its interrupt would hit it, and close() may run at the same time. */
        private void requireInTime(String label) throws InvalidPluginException {
            if (stepAbandoned.getAsBoolean()) {
                throw new InvalidPluginException(
                        "plugin " + artifact.label() + ": " + label + " was not called: the limit was over before");
            }
        }

        /** Calls a method that returns nothing. */
        void run(String label, Body body) throws InvalidPluginException {
            enter(Entry.Pass.WITHOUT_LEASE, label, body);
        }

        /** Calls {@code close()}, behind everything else. */
        void close(Body body) throws InvalidPluginException {
            enter(Entry.Pass.AFTER_CLOSE, "close()", body);
        }

        private void enter(Entry.Pass pass, String label, Body body) throws InvalidPluginException {
            requireInTime(label);
            LifecycleEntry<Boolean> entry = new LifecycleEntry<>(artifact, label, acting, pass, dueNanos, () -> {
                body.run();
                return true;
            });
            Boolean unused = result(entry);
        }

        <T> T call(String label, Callable<T> body) throws InvalidPluginException {
            requireInTime(label);
            LifecycleEntry<T> entry =
                    new LifecycleEntry<>(artifact, label, acting, Entry.Pass.WITHOUT_LEASE, dueNanos, body);
            return result(entry);
        }

        /** No secret of the configuration gets into a receipt or a log by an exception of the plugin. */
        private <T> T result(LifecycleEntry<T> entry) throws InvalidPluginException {
            door.enter(entry);
            try {
                return entry.result();
            } catch (InvalidPluginException e) {
                throw e.reworded(hidingSecrets);
            }
        }
    }

    /** A call that returns nothing. */
    private interface Body {
        void run() throws Exception;
    }

    private PlatformRoutes compile(Running now, JsonCodec json, List<Route> declared) throws InvalidPluginException {
        try {
            return dependencies.connections().compiler().compile(door, declared, json, route -> now.requests()::offer);
        } catch (InvalidDeclarationException e) {
            throw InvalidPluginException.permanent(String.valueOf(e.getMessage()), e);
        }
    }

    private Running own(GenerationLoader.Loaded loaded) throws Exception {
        GenerationSettings.Bulkhead bulkhead = dependencies.settings().bulkhead();
        String name = artifact.id() + "#" + gate.number();
        Running mine = new Running(
                loaded,
                new LeakWatch(loaded.loader()),
                new BoundedPool(name, loaded.loader(), bulkhead.threads(), bulkhead.queue()),
                new BoundedPool(name + "-background", loaded.loader(), bulkhead.backgroundThreads(), bulkhead.queue()));
        synchronized (lock) {
            if (!abandoned) {
                running = mine;
                door.loader(loaded.loader());
                return mine;
            }
        }
        loaded.manager().close();
        throw new InvalidPluginException("plugin " + artifact.label() + " was abandoned while it was being loaded");
    }

    private void check(Calls calls, List<HealthCheck> checks) throws InvalidPluginException {
        for (int round = 0; round < Declarations.HEALTH_ROUNDS; round++) {
            for (HealthCheck check : checks) {
                requirePass(calls, check);
            }
        }
    }

    private void requirePass(Calls calls, HealthCheck check) throws InvalidPluginException {
        Optional<String> fault = calls.call(
                Declarations.label(check),
                () -> Declarations.fault(check, check.probe().check()));
        if (fault.isPresent()) {
            throw new InvalidPluginException(hidingSecrets.apply(fault.get()));
        }
    }

    /** From now on each check is run periodically, while it serves. */
    private void watchHealth(Running now, List<HealthCheck> checks) {
        if (!checks.isEmpty()) {
            health = ledger.lend(
                    "health checks",
                    new HealthWatch(
                            checks,
                            new HealthWatch.Means(
                                    door,
                                    dependencies.connections().doors(),
                                    now.background(),
                                    dependencies.timer(),
                                    () -> primary,
                                    dependencies.settings().healthInterval(),
                                    dependencies.clock(),
                                    text -> hidingSecrets.apply(text))));
        }
    }

    /** Runs no health check any more. */
    void stopHealthChecks() {
        HealthWatch now = health;
        if (now != null) {
            now.stop();
        }
    }

    /** The latest results of its health checks. */
    List<GenerationView.Health> health() {
        HealthWatch now = health;
        return now == null ? List.of() : now.results();
    }

    /** Sets whether it does the background work of its platform: it gets the jobs that are claimed from now on, or none. */
    public void primary(boolean value) {
        primary = value;
        GenerationJobs now = jobs;
        if (value) {
            dependencies
                    .connections()
                    .schedules()
                    .replace(artifact.id(), artifact.terms().permissions(), schedules);
        }
        if (now != null && value) {
            now.serve();
        } else if (now != null) {
            now.drain();
        }
    }

    /** The max duration of draining, without streams. */
    Duration drainLimit() {
        Duration longest = routes.stream()
                .map(route -> route.limits().deadline())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return longest.plus(dependencies.settings().drainMargin());
    }

    /** Closes it on its lane once no thread is inside; completes, never exceptionally, when it is gone. */
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
        Duration limit = dependencies.settings().closeLimit();
        return lane.run(this::closePlatform, limit)
                .handle(this::closed)
                .thenCompose(ended -> lane.run(step -> unload(), limit))
                .handle((taken, failure) -> {
                    if (failure != null) {
                        LOG.warn("{}: could not be unloaded ({})", gate, failure.toString());
                    }
                    lane.close();
                    return null;
                });
    }

    private boolean closed(@Nullable Boolean done, @Nullable Throwable failure) {
        if (failure instanceof InvalidPluginException threw) {
            closeFault = threw.reason();
            LOG.warn("{}: {}{}", gate, closeFault, threw.stack());
        } else if (failure instanceof TimeoutException late) {
            closeFault =
                    String.valueOf(hanging("its close()", "closeLimit", late).getMessage());
            LOG.warn("{}: {}", gate, closeFault);
        } else if (failure != null) {
            closeFault = "its close() has failed: " + failure;
            LOG.warn("{}: {}", gate, closeFault);
        }
        return failure == null;
    }

    private boolean closePlatform(BooleanSupplier stepAbandoned) throws Exception {
        if (!lane.awaitAbandoned(POOL_END_MILLIS)) {
            throw new InvalidPluginException(
                    "its close() was not called: its start does not end, and two of its methods never run at once");
        }
        Running now;
        synchronized (lock) {
            abandoned = true;
            now = running;
        }
        if (now != null) {
            calls(dependencies.settings().closeLimit(), stepAbandoned)
                    .close(now.loaded().platform()::close);
        }
        return true;
    }

    private boolean unload() throws Exception {
        GenerationJobs lentJobs = jobs;
        jobs = null;
        if (lentJobs != null) {
            lentJobs.close();
        }
        ledger.close();
        Running now;
        synchronized (lock) {
            abandoned = true;
            now = running;
            running = null;
            hidingSecrets = UnaryOperator.identity();
            routes = List.of();
            door.loader(LiveGeneration.class.getClassLoader());
        }
        if (now != null) {
            now.requests().shutDown().forEach(Runnable::run); // the gate is closed, so each is refused
            now.background().shutDown().forEach(Runnable::run);
            boolean ended = now.requests().awaitEnd(POOL_END_MILLIS)
                    && now.background().awaitEnd(POOL_END_MILLIS)
                    && (lentJobs == null || lentJobs.awaitEnd(POOL_END_MILLIS));
            if (!ended && gate.inside() > 0) { // else its threads are ending, on a machine that is busy
                LOG.warn("{}: a thread of it does not end; it is shown with its stack in the generations", gate);
            }
            now.loaded().manager().close();
            leakWatch = Optional.of(now.watch().begin());
        }
        deleteScratch();
        return true;
    }

    private void deleteScratch() {
        try {
            Trees.delete(scratch);
        } catch (IOException e) {
            LOG.warn("{}: its scratch directory could not be deleted", gate, e);
        }
    }

    /** The jar that it was loaded from. */
    public Artifact artifact() {
        return artifact;
    }

    /** Returns whether nothing runs on its lane any more, not even a step that was abandoned. */
    public boolean isOver() {
        return lane.isOver();
    }

    /** The gate in front of its code. */
    public Generation gate() {
        return gate;
    }

    /** It is in the route table from now on. */
    public void published() {
        times.published();
    }

    SwapTimes times() {
        return times;
    }

    Optional<LeakWatch> leakWatch() {
        return leakWatch;
    }

    /** The contracts of its routes; none before it has started and after its retirement. */
    public List<RouteContract> routes() {
        return routes;
    }

    /** The reason why it could not be closed properly; empty when it could. */
    String closeFault() {
        return closeFault;
    }

    /** The number of resources that are lent to it. */
    int lent() {
        return ledger.size();
    }
}
