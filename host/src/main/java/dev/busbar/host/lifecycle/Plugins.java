package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.artifacts.Trees;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.generation.Connections;
import dev.busbar.host.generation.GenerationSettings;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.leaks.LeakPatrol;
import dev.busbar.host.lifecycle.FolderChanges.FileRecord;
import dev.busbar.host.node.Node;
import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.signal.Signal;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All plugins of the host. Every change is an intent, applied once by the one thread that decides; its outcome comes at
 * publish or refusal. May be called from any thread; {@link #start} and {@link #close} once, by {@code Host}.
 */
public final class Plugins implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    private static final long SWEEP_MINUTES = 10;

    private final LifecycleSettings settings;
    private final LiveGeneration.Means means;
    private final Routes routes;
    private final DesiredStore desired;
    private final StartStore journal;
    private final ArtifactStore artifacts;
    private final ExecutorService thread = Threads.prestarted("busbar-lifecycle", 1);
    private final ScheduledExecutorService timer = Threads.timer("busbar-lifecycle-timer");
    private final AtomicLong numbers = new AtomicLong();
    private final Retirement retirement;
    private final Sweeper sweeper;
    private final DesiredFeed feed;
    private final StartGate gate = new StartGate();
    private final Board board = new Board(thread);
    private final Surroundings surroundings = new Surroundings();
    private final Signal<SwapEnded> swaps = new Signal<>("swap ended");
    private volatile boolean stopping;

    /**
     * Plugins that do not run yet.
     *
     * @param connections what connects generations to the rest of the host
     * @param node this one among those that share the database
     * @param audit records every change
     * @throws IOException when the work directory cannot be made
     */
    public Plugins(
            LifecycleSettings settings,
            Routes routes,
            Connections connections,
            Node node,
            Database database,
            Clock clock,
            AuditTrail audit)
            throws IOException {
        this.settings = settings;
        this.routes = routes;
        this.desired = new DesiredStore(database, clock, settings.kept(), audit);
        this.journal = new StartStore(database, node, clock);
        try {
            this.artifacts =
                    ArtifactStore.open(settings.places().work(), settings.trust(), settings.strict(), database, clock);
            LifecycleSettings.Limits limits = settings.limits();
            Path scratch = settings.places().work().resolve("scratch");
            GenerationSettings generation = new GenerationSettings(
                    scratch,
                    limits.start(),
                    limits.close(),
                    limits.drainMargin(),
                    limits.stream(),
                    settings.bulkhead());
            this.means = new LiveGeneration.Means(generation, new GenerationLoader(), connections, timer, clock);
            LeakPatrol patrol = new LeakPatrol(timer, leak -> audit.count(PluginEvents.uncollected(leak)));
            this.retirement = new Retirement(thread, patrol, timer, clock, settings.limits().stream());
            this.sweeper = new Sweeper(artifacts, desired, this::isUsed, clock);
            this.feed = new DesiredFeed(desired, artifacts, this::follow);
            Trees.delete(scratch);
        } catch (IOException | RuntimeException e) {
            thread.shutdownNow();
            timer.shutdownNow();
            throw e;
        }
    }

    /** Adds a listener of the end of every swap. Called on the thread that decides, so it must not block. */
    public void onSwapEnded(Consumer<SwapEnded> listener) {
        swaps.listen(listener);
    }

    /**
     * Starts everything that desired state wants to run; completes when each has started, failed, or waits for another,
     * or the limit of a start is over twice, whatever goes on then.
     */
    public CompletableFuture<Void> start() {
        journal.recall();
        sweeper.sweepAll();
        DesiredStore.Snapshot begun = desired.begin();
        CompletableFuture<?>[] all = begun.all().stream()
                .map(stored -> submit(new Intent.Boot(stored.desired())).handle((view, failure) -> null))
                .toArray(CompletableFuture[]::new);
        feed.start(begun.revision());
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                () -> inTurn(sweeper::sweepAll), SWEEP_MINUTES, SWEEP_MINUTES, TimeUnit.MINUTES);
        long limitMillis = settings.limits().start().toMillis() * 2;
        return CompletableFuture.allOf(all)
                .thenCompose(done -> board.idle())
                .completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS);
    }

    /** Copies a jar in; one that nobody wants is deleted once the admission is closed. */
    Admission admit(InputStream jar) throws IOException {
        return artifacts.admit(jar, sha256 -> inTurn(() -> sweeper.sweep(Set.of(sha256))));
    }

    /** The jars. */
    ArtifactStore artifacts() {
        return artifacts;
    }

    /** Acts upon what other nodes have changed. */
    private void follow(DesiredStore.Snapshot now) {
        thread.execute(() -> {
            now.all().stream().filter(desired::isNews).forEach(stored -> decide(hosts(new Intent.Follow(stored))));
            desired.removed(now).forEach(id -> decide(hosts(new Intent.FollowRemoval(id, now.revision()))));
        });
    }

    private static Intent.Pending hosts(Intent intent) {
        return new Intent.Pending(intent, Actor.HOST, new CompletableFuture<>());
    }

    private void inTurn(Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is decided any more");
        }
    }

    /** A jar is gone from its folder: what was held against it is forgotten, so that it may be put there again. */
    void pardon(String sha256) {
        inTurn(() -> journal.end(sha256));
    }

    private boolean isUsed(String sha256) {
        return retirement.isLive(sha256) || board.isAfter(sha256);
    }

    /**
     * The changes that files in the plugin folders bring about; called once, before the start.
     *
     * @param files the record of the files that were dealt with
     */
    public FolderChanges folders(FileRecord files) {
        desired.files(files);
        return new FolderChanges(this);
    }

    /** The changes that an actor may request. */
    public PluginChanges by(Actor actor) {
        return new PluginChanges(this, actor);
    }

    /** The configuration of a plugin, a JSON object; empty where there is none, or no such plugin. */
    public Optional<String> configuration(String id) {
        return desired.all().stream()
                .filter(wanted ->
                        wanted.pluginId().equals(id) && !wanted.configuration().isEmpty())
                .map(Desired::configuration)
                .findFirst();
    }

    /** Completes when every generation of a plugin that has been replaced by now is gone. */
    public CompletableFuture<Void> whenRetired(String id) {
        return retirement.whenRetired(id);
    }

    /** All plugins, by id. */
    public List<PluginView> list() {
        return board.list();
    }

    /** One plugin. */
    public Optional<PluginView> find(String id) {
        return board.find(id);
    }

    /** The generations of a plugin, the newest first: what serves, what drains, what is gone. */
    public List<GenerationView> generations(String id) {
        return retirement.generations(id);
    }

    /** The generations of all plugins by id, of those that were removed too. */
    public Map<String, List<GenerationView>> generations() {
        return retirement.generations();
    }

    /** The entries into the generations of a plugin now; cheaper than {@link #generations}, for metrics. */
    public List<GenerationView.Load> loads(String id) {
        return retirement.loads(id);
    }

    /** How many retired generations are still in memory, by plugin id; a plugin that has none is left out. */
    public Map<String, Long> uncollected() {
        return retirement.uncollected();
    }

    /** Adds a listener of every change of a plugin. Called on the thread that decides, so it must not block. */
    public void onChange(Consumer<PluginView> listener) {
        board.onChange(listener);
    }

    /** What the host wishes for by itself. */
    CompletableFuture<PluginView> submit(Intent intent) {
        return submit(intent, Actor.HOST);
    }

    CompletableFuture<PluginView> submit(Intent intent, Actor actor) {
        CompletableFuture<PluginView> outcome = new CompletableFuture<>();
        thread.execute(() -> decide(new Intent.Pending(intent, actor, outcome)));
        return outcome;
    }

    /** Only a jar makes a plugin known; whatever else is wished for one that is not is refused. */
    private void decide(Intent.Pending pending) {
        String id = pending.intent().pluginId();
        boolean mayBeNew = pending.intent() instanceof Intent.Install
                || pending.intent() instanceof Intent.Boot
                || pending.intent() instanceof Intent.Follow;
        if (stopping) {
            pending.outcome()
                    .completeExceptionally(new RefusedException(RefusedException.Cause.HOST, "the host is stopping"));
        } else if (mayBeNew || board.knows(id)) {
            board.slot(id, surroundings).submit(pending);
        } else {
            pending.outcome()
                    .completeExceptionally(
                            new RefusedException(RefusedException.Cause.UNKNOWN, "there is no plugin " + id));
        }
    }

    /** Closes every generation; nothing is answered any more by then, and nothing is published from now on. */
    @Override
    public void close() {
        stopping = true;
        feed.close();
        long limitMillis = settings.limits().close().toMillis() * 3;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        thread.execute(() -> {
            journal.close(Exits.underWay());
            gate.open();
            CompletableFuture<Boolean> unused = retirement.closeAll().thenApply(closed::complete);
        });
        closed.completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS).join();
        routes.releaseHolds();
        thread.shutdown();
        timer.shutdownNow();
    }

    private final class Surroundings implements Decider {
        @Override
        public Executor executor() {
            return thread;
        }

        @Override
        public Routes routes() {
            return routes;
        }

        @Override
        public DesiredStore desired() {
            return desired;
        }

        @Override
        public ArtifactStore artifacts() {
            return artifacts;
        }

        @Override
        public StartStore journal() {
            return journal;
        }

        @Override
        public boolean strict() {
            return settings.strict();
        }

        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public void swapEnded(SwapEnded event) {
            swaps.emit(event);
        }

        @Override
        public LifecycleSettings.Retry retry() {
            return settings.retry();
        }

        @Override
        public Optional<String> unmet(Artifact artifact) {
            return board.requirements().unmet(artifact);
        }

        @Override
        public LiveGeneration newGeneration(Artifact artifact, String configuration) {
            LiveGeneration generation = new LiveGeneration(artifact, configuration, numbers.incrementAndGet(), means);
            retirement.began(generation);
            return generation;
        }

        @Override
        public Hold hold(String id) {
            GenerationSettings.Bulkhead bulkhead = settings.bulkhead();
            return routes.hold(id, bulkhead.threads() + bulkhead.queue());
        }

        @Override
        public CompletableFuture<Void> retire(LiveGeneration generation, Retirement.Streams streams) {
            String sha256 = generation.artifact().sha256();
            return retirement.retire(generation, streams).thenRunAsync(() -> sweeper.sweep(Set.of(sha256)), thread);
        }

        @Override
        public CompletableFuture<Void> gone(LiveGeneration generation, String why) {
            String sha256 = generation.artifact().sha256();
            return retirement.failed(generation, why).thenRunAsync(() -> sweeper.sweep(Set.of(sha256)), thread);
        }

        @Override
        public CompletableFuture<Void> whenAlone(Artifact artifact) {
            return retirement.whenAlone(artifact);
        }

        @Override
        public StartGate gate() {
            return gate;
        }

        @Override
        public Future<?> later(String id, Duration delay) {
            Runnable again = () -> {
                CompletableFuture<PluginView> unused = submit(new Intent.Again(id));
            };
            return timer.schedule(again, delay.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void changed(String id) {
            board.changed(id);
        }

        @Override
        public void applied(Intent intent) {
            sweeper.sweepDropped();
            board.applied();
        }
    }
}
