package dev.busbar.host.lifecycle;

import dev.busbar.core.configuration.ConfigurationReferences;
import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.artifacts.Trees;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.DesiredFeed;
import dev.busbar.host.desired.DesiredStore;
import dev.busbar.host.desired.DesiredStore.FileRecord;
import dev.busbar.host.desired.Sweeper;
import dev.busbar.host.generation.Connections;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.generation.Retirement;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.leaks.LeakPatrol;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import dev.busbar.host.node.Node;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.starts.Exits;
import dev.busbar.host.starts.StartStore;
import dev.busbar.host.store.Database;
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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All plugins of the host. Every change is an intent, applied once by the one thread that decides; its outcome comes at
 * publish or refusal. May be called from any thread; {@link #start} and {@link #close} once, by {@code Host}.
 */
public final class Plugins implements AutoCloseable {
    /** The max size of a jar. */
    public static final long MAX_JAR_BYTES = ArtifactStore.MAX_JAR_BYTES;

    private static final Duration SWEEP_PAUSE = Duration.ofMinutes(10);

    private final LifecycleSettings settings;
    private final LifecycleThread thread = new LifecycleThread();
    private final Tools tools;
    private final Retirement retirement;
    private final Sweeper sweeper;
    private final DesiredFeed feed;

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
        try {
            Path work = settings.places().work();
            Path scratch = work.resolve("scratch");
            Tools.Stores stores = new Tools.Stores(
                    new DesiredStore(database, clock, settings.maxVersions(), audit),
                    ArtifactStore.open(work, settings.trust(), settings.strict(), database, clock),
                    new StartStore(database, node, clock),
                    connections.states());
            LeakPatrol patrol = new LeakPatrol(thread.timer(), leak -> audit.count(PluginEvents.uncollected(leak)));
            this.retirement = new Retirement(thread, patrol, thread.timer(), clock, settings.limits().stream());
            this.sweeper = new Sweeper(stores.artifacts(), stores.desired(), this::isUsed, clock);
            LiveGeneration.Dependencies dependencies = new LiveGeneration.Dependencies(
                    settings.generation(scratch),
                    new GenerationLoader(),
                    connections,
                    thread.timer(),
                    clock,
                    new ConfigurationReferences(System.getenv(), Optional.ofNullable(work.getParent())));
            this.tools = new Tools(
                    settings,
                    thread,
                    stores,
                    new Generations(dependencies, retirement, sweeper, thread),
                    new PluginRegistry(thread, sweeper::sweepDropped),
                    routes);
            this.feed = new DesiredFeed(stores.desired(), stores.artifacts(), new Follower());
            Trees.delete(scratch);
        } catch (IOException | RuntimeException e) {
            thread.close();
            throw e;
        }
    }

    /** Adds a listener of the end of every swap. Called on the thread that decides, so it must not block. */
    public void onSwapEnded(Consumer<SwapEnded> listener) {
        tools.registry().onSwapEnded(listener);
    }

    /**
     * Starts everything that shall run; completes when each plugin has started, failed, or waits for another, or twice the
     * limit of a start is over, whatever is under way then.
     */
    public CompletableFuture<Void> start() {
        tools.starts().recall();
        sweeper.sweepAll();
        DesiredStore.Snapshot begun = tools.desired().begin();
        CompletableFuture<?>[] all = begun.all().stream()
                .map(stored -> submit(new Intent.Boot(stored)).handle((view, failure) -> null))
                .toArray(CompletableFuture[]::new);
        feed.start(begun.revision());
        Future<?> unused = thread.every(SWEEP_PAUSE, sweeper::sweepAll);
        long limitMillis = settings.limits().start().toMillis() * 2;
        return CompletableFuture.allOf(all)
                .thenCompose(done -> tools.registry().idle())
                .completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS);
    }

    /** Copies a jar; one that nothing refers to is deleted once the admission is closed. */
    Admission admit(InputStream jar) throws InvalidPluginException, IOException {
        return artifacts().admit(jar, sha256 -> thread.executeUnlessClosed(() -> sweeper.sweep(Set.of(sha256))));
    }

    /** The jars. */
    ArtifactStore artifacts() {
        return tools.artifacts();
    }

    /** Follows the changes of other nodes. */
    private final class Follower implements DesiredFeed.Listener {
        @Override
        public void changed(DesiredStore.Snapshot now) {
            thread.execute(() -> follow(now));
        }

        @Override
        public void wentBack() {
            // Awaited, so that the feed retries what fails.
            CompletableFuture.runAsync(() -> follow(tools.desired().resynchronize()), thread)
                    .join();
        }

        private void follow(DesiredStore.Snapshot now) {
            DesiredStore desired = tools.desired();
            int epoch = desired.epoch();
            now.all().stream()
                    .filter(desired::isNews)
                    .forEach(stored -> decide(Intent.Request.ofHost(new Intent.Follow(stored, epoch))));
            desired.removed(now)
                    .forEach(id -> decide(Intent.Request.ofHost(new Intent.FollowRemoval(id, now.revision(), epoch))));
        }
    }

    /** Forgets the crashes of a jar that is gone from its folder, so that it may be added again. */
    void pardon(String sha256) {
        thread.executeUnlessClosed(() -> tools.starts().end(sha256));
    }

    private boolean isUsed(String sha256) {
        return retirement.isLive(sha256) || tools.registry().uses(sha256);
    }

    /**
     * The changes that files in the plugin folders request; called once, before the start.
     *
     * @param files the record of the files that were applied
     */
    public FolderChanges folders(FileRecord files) {
        tools.desired().files(files);
        return new FolderChanges(this);
    }

    /** The changes that an actor may request. */
    public PluginChanges by(Actor actor) {
        return new PluginChanges(this, actor);
    }

    /** The configuration of a plugin, a JSON object; empty where there is none, or no such plugin. */
    public Optional<String> configuration(String id) {
        return tools.desired().all().stream()
                .filter(desired -> desired.pluginId().equals(id)
                        && !desired.configuration().isEmpty())
                .map(Desired::configuration)
                .findFirst();
    }

    /** Completes when every generation of a plugin that has been replaced by now is gone. */
    public CompletableFuture<Void> whenRetired(String id) {
        return retirement.whenRetired(id);
    }

    /** All plugins, by id. */
    public List<PluginView> list() {
        return tools.registry().list();
    }

    /** One plugin. */
    public Optional<PluginView> find(String id) {
        return tools.registry().find(id);
    }

    /** The generations of a plugin, the newest first: what serves, what drains, what is gone. */
    public List<GenerationView> generations(String id) {
        return retirement.generations(id);
    }

    /** The generations of all plugins by id, of those that were removed too. */
    public Map<String, List<GenerationView>> generations() {
        return retirement.generations();
    }

    /** The latest results of the health checks of a plugin that serves. */
    public List<GenerationView.Health> health(String id) {
        return retirement.health(id);
    }

    /** The entries into the generations of a plugin now; cheaper than {@link #generations}, for metrics. */
    public List<GenerationView.Load> loads(String id) {
        return retirement.loads(id);
    }

    /** How many retired generations something holds in memory, by plugin id; a plugin that has none is left out. */
    public Map<String, Long> uncollected() {
        return retirement.uncollected();
    }

    /** Adds a listener of every change of a plugin. Called on the thread that decides, so it must not block. */
    public void onChange(Consumer<PluginView> listener) {
        tools.registry().onChange(listener);
    }

    /** Submits an intent of the host itself. */
    CompletableFuture<PluginView> submit(Intent intent) {
        return submit(intent, Actor.HOST);
    }

    CompletableFuture<PluginView> submit(Intent intent, Actor actor) {
        CompletableFuture<PluginView> outcome = new CompletableFuture<>();
        thread.execute(() -> decide(new Intent.Request(intent, actor, outcome)));
        return outcome;
    }

    /** Only a jar makes a plugin known; any other intent for an unknown plugin is refused. */
    private void decide(Intent.Request request) {
        String id = request.intent().pluginId();
        boolean mayBeNew = request.intent() instanceof Intent.Install
                || request.intent() instanceof Intent.Boot
                || request.intent() instanceof Intent.Follow;
        if (thread.isStopping()) {
            request.outcome().completeExceptionally(new ChangeRefusedException(Cause.HOST, "the host is stopping"));
        } else if (mayBeNew || tools.registry().knows(id)) {
            tools.registry().controller(id, tools).submit(request);
        } else {
            request.outcome()
                    .completeExceptionally(new ChangeRefusedException(Cause.UNKNOWN, "there is no plugin " + id));
        }
    }

    /** Closes every generation; by then no request is answered any more, and nothing is published from now on. */
    @Override
    public void close() {
        thread.stop();
        feed.close();
        long limitMillis = settings.limits().close().toMillis() * 3;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        thread.execute(() -> {
            tools.starts().close(Exits.underWay());
            tools.generations().gate().open();
            CompletableFuture<Boolean> unused = retirement.closeAll().thenApply(closed::complete);
        });
        closed.completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS).join();
        tools.routes().releaseHolds();
        thread.close();
    }
}
