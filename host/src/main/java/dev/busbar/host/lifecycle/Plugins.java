package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.store.Blobs;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * All plugins of the host. Every change is an intent, applied once by the one thread that decides; its outcome comes at
 * publish or refusal. May be called from any thread; {@link #start} and {@link #close} once, by {@code Host}.
 */
public final class Plugins implements AutoCloseable {
    private final LiveGeneration.Means means;
    private final Routes routes;
    private final DesiredStore desired;
    private final ArtifactStore artifacts;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            GenerationPool.threads("busbar-lifecycle", Plugins.class.getClassLoader()));
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, GenerationPool.threads("busbar-lifecycle-timer", Plugins.class.getClassLoader()));
    private final AtomicLong numbers = new AtomicLong();
    private final Retirement retirement;
    private final ConcurrentMap<String, PluginView> views = new ConcurrentHashMap<>();
    private final Map<String, Slot> slots = new HashMap<>();
    private volatile boolean stopping;
    private volatile Consumer<PluginView> listener = view -> {};

    /**
     * Plugins that do not run yet.
     *
     * @param compiler makes the routes of a plugin ready to be published
     * @throws IOException when the work directory cannot be made
     */
    public Plugins(LifecycleSettings settings, Routes routes, RouteCompiler compiler, Database database, Clock clock)
            throws IOException {
        timer.setRemoveOnCancelPolicy(true);
        this.routes = routes;
        this.desired = new DesiredStore(database, clock);
        this.artifacts = new ArtifactStore(settings.places().work(), new Blobs(database, "artifact", clock));
        this.means = new LiveGeneration.Means(settings, new GenerationLoader(), compiler, timer, clock);
        this.retirement = new Retirement(thread, timer, clock, settings.limits().stream());
        Trees.delete(settings.places().work().resolve("scratch"));
    }

    /** Starts everything that desired state wants to run; completes when each has started or failed. */
    public CompletableFuture<Void> start() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (DesiredStore.Desired wanted : desired.all()) {
            all.add(submit(new Intent.Boot(wanted)).handle((view, failure) -> null));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** Copies a jar in and checks it without running it. */
    Artifact inspect(InputStream jar) throws IOException, RejectedException {
        return read(artifacts.copy(jar));
    }

    /** Copies a jar in; what it is worth is for {@link #read} to say. */
    ArtifactStore.Shadow copy(InputStream jar) throws IOException {
        return artifacts.copy(jar);
    }

    /** Checks a copied jar without running it, and puts it into the store when it is sound. */
    Artifact read(ArtifactStore.Shadow shadow) throws IOException, RejectedException {
        Artifact artifact = artifacts.read(shadow);
        artifacts.keep(artifact);
        return artifact;
    }

    /** Installs a jar that came through the API, or swaps to it. The outcome comes at publish or refusal. */
    public CompletableFuture<PluginView> install(InputStream jar, Consent consent) throws IOException {
        try {
            return submit(new Intent.Install(inspect(jar), Origin.API, consent, true));
        } catch (RejectedException e) {
            return CompletableFuture.failedFuture(new RefusedException(RefusedException.Cause.REJECTED, e.reason()));
        }
    }

    /** Swaps to a fresh generation of the jar that runs. */
    public CompletableFuture<PluginView> reload(String id) {
        return submit(new Intent.Reload(id));
    }

    /** Swaps back to the digest that ran before. */
    public CompletableFuture<PluginView> rollback(String id) {
        return submit(new Intent.Rollback(id));
    }

    /** Runs a disabled plugin again. */
    public CompletableFuture<PluginView> enable(String id) {
        return submit(new Intent.Enable(id));
    }

    /** Stops a plugin and remembers it. */
    public CompletableFuture<PluginView> disable(String id) {
        return submit(new Intent.Disable(id));
    }

    /** Stops a plugin and forgets it. */
    public CompletableFuture<PluginView> remove(String id) {
        return submit(new Intent.Remove(id));
    }

    /** All plugins, by id. */
    public List<PluginView> list() {
        return views.values().stream()
                .sorted(Comparator.comparing(PluginView::id))
                .toList();
    }

    /** One plugin. */
    public Optional<PluginView> find(String id) {
        return Optional.ofNullable(views.get(id));
    }

    /** The generations of a plugin, the newest first: what serves, what drains, what is gone. */
    public List<GenerationView> generations(String id) {
        return retirement.generations(id);
    }

    /** The generations of all plugins by id, of those that were removed too. */
    public Map<String, List<GenerationView>> generations() {
        return retirement.generations();
    }

    /** Tells of every change from now on; called on the thread that decides. */
    void listen(Consumer<PluginView> value) {
        listener = value;
    }

    /** A checked artifact of a digest that was taken in before. */
    Artifact artifact(String sha256) throws IOException, RejectedException {
        return artifacts.find(sha256);
    }

    CompletableFuture<PluginView> submit(Intent intent) {
        CompletableFuture<PluginView> outcome = new CompletableFuture<>();
        thread.execute(() -> decide(new Intent.Pending(intent, outcome)));
        return outcome;
    }

    /** Only a jar makes a plugin known; whatever else is wished for one that is not is refused. */
    private void decide(Intent.Pending pending) {
        String id = pending.intent().pluginId();
        boolean mayBeNew = pending.intent() instanceof Intent.Install || pending.intent() instanceof Intent.Boot;
        if (stopping) {
            pending.outcome()
                    .completeExceptionally(new RefusedException(RefusedException.Cause.HOST, "the host is stopping"));
        } else if (mayBeNew || slots.containsKey(id)) {
            slots.computeIfAbsent(id, key -> new Slot(key, new Surroundings())).submit(pending);
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
        long limitMillis = means.settings().limits().close().toMillis() * 3;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        thread.execute(() -> {
            CompletableFuture<Boolean> unused = retirement.closeAll().thenApply(closed::complete);
        });
        closed.completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS).join();
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
        public boolean strict() {
            return means.settings().strict();
        }

        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public LiveGeneration newGeneration(Artifact artifact) {
            LiveGeneration generation = new LiveGeneration(artifact, numbers.incrementAndGet(), means);
            retirement.began(generation);
            return generation;
        }

        @Override
        public void retire(LiveGeneration generation) {
            retirement.retire(generation);
        }

        @Override
        public void gone(LiveGeneration generation, String why) {
            retirement.failed(generation, why);
        }

        @Override
        public void changed(Slot slot) {
            PluginView view = slot.view();
            if (slot.isForgotten()) {
                views.remove(view.id());
                slots.remove(view.id());
            } else {
                views.put(view.id(), view);
            }
            listener.accept(view);
        }
    }
}
