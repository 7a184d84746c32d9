package dev.busbar.host.inbox;

import dev.busbar.host.desired.Origin;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.FolderChanges;
import dev.busbar.host.lifecycle.LifecycleSettings;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.node.Node;
import dev.busbar.host.node.NodeLease;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Threads;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the plugin folders: the drop folder, and the platforms that came with the host. A watch service detects changes
 * quickly, polling detects them reliably. {@link #start} and {@link #close} are called once, by {@code Host}, and
 * may meet or come in the other order where the start of the host fails; everything else runs on its own thread.
 */
public final class Inbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final Duration FIRST_PASS_MARGIN = Duration.ofSeconds(5);

    private static final long END_SECONDS = 5;

    private final LifecycleSettings settings;
    private final FolderChanges plugins;
    private final NodeLease lease;
    private final List<PluginFolder> folders;
    private final ScheduledThreadPoolExecutor thread = Threads.timer("busbar-inbox");
    private final CompletableFuture<Void> firstPass = new CompletableFuture<>();
    private final AtomicBoolean scanQueued = new AtomicBoolean();
    private final Object watching = new Object();
    private @Nullable WatchService watcher;
    private boolean closed;
    private @Nullable ScheduledFuture<?> next;

    /**
     * An inbox that does not look at its folders yet, but follows the plugins of the files that it knows.
     *
     * @throws IOException when the drop folder neither exists nor can be made
     */
    public Inbox(LifecycleSettings settings, Plugins plugins, NodeLease lease, Database database, Clock clock)
            throws IOException {
        this.settings = settings;
        this.lease = lease;
        Node node = lease.node();
        Path drop = Files.createDirectories(settings.places().folder());
        InboxStore store = new InboxStore(database, node, clock);
        FolderChanges changes = plugins.folders(store);
        this.plugins = changes;
        Duration settle = settings.limits().settle();
        boolean consents = settings.trust().folderConsent();
        PluginFolder bundled = new PluginFolder(
                new PluginFolder.Place(
                        settings.places().bundled(), drop, Origin.Source.BUNDLED, node, settle, consents),
                changes,
                store,
                Optional.empty(),
                this::remove,
                thread);
        PluginFolder dropped = new PluginFolder(
                new PluginFolder.Place(drop, drop, Origin.Source.FOLDER, node, settle, consents),
                changes,
                store,
                Optional.of(new Receipts(drop, node, clock)),
                this::remove,
                thread);
        this.folders = List.of(bundled, dropped);
        folders.forEach(PluginFolder::recall);
        changes.onChange(
                view -> inTurn(() -> folders.forEach(folder -> folder.jars().changed(view))));
    }

    /** Begins to look; completes when all files that were there at the start are dealt with. */
    public CompletableFuture<Void> start() {
        watch();
        inTurn(this::scan);
        // A file that never stops changing must not keep the host from becoming ready.
        long limitMillis = settings.limits().start().plus(FIRST_PASS_MARGIN).toMillis();
        return firstPass.completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS);
    }

    /**
     * The jars in the folders that were not accepted, as plugins which do not run: those that are shown as a plugin anyway
     * are left out. May be called from any thread.
     */
    public List<PluginView> unaccepted() {
        return folders.stream()
                .flatMap(folder -> folder.unaccepted().stream())
                .filter(view -> plugins.find(view.id())
                        .filter(known -> known.sha256().equals(view.sha256()))
                        .isEmpty())
                .toList();
    }

    private void inTurn(Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("the inbox is closed");
        }
    }

    private void scan() {
        boolean settled = false;
        try {
            // Under a name that another host has taken, its files would be missed here and taken away there.
            settled = lease.isLost() || folders.stream().map(PluginFolder::scan).reduce(true, Boolean::logicalAnd);
            if (settled) {
                firstPass.complete(null);
            }
        } finally {
            Duration pause =
                    settled ? settings.limits().poll() : settings.limits().settle();
            nextScan(pause.toMillis());
        }
    }

    private void nextScan(long millis) {
        if (next != null) {
            next.cancel(false);
        }
        if (!thread.isShutdown()) {
            next = thread.schedule(this::scan, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Removes a plugin whose file is gone, or replaces it by the highest other jar of it. */
    private CompletableFuture<Boolean> remove(String pluginId, Origin gone) {
        boolean itsOwn = plugins.find(pluginId)
                .filter(view -> view.origin().equals(gone))
                .isPresent();
        if (!itsOwn) {
            return CompletableFuture.completedFuture(true); // a removal counts only for what this very file installed
        }
        Map<Origin, Path> others = new HashMap<>();
        folders.forEach(folder -> others.putAll(folder.jars().of(pluginId)));
        others.remove(gone);
        List<Fallback> candidates = Fallback.sorted(others, settings.trust().folderConsent(), plugins);
        return fallBack(pluginId, gone, candidates)
                .whenComplete((done, failure) -> candidates.forEach(Fallback::close));
    }

    private CompletableFuture<Boolean> fallBack(String pluginId, Origin gone, List<Fallback> candidates) {
        boolean none = candidates.isEmpty();
        CompletableFuture<PluginView> change =
                none ? plugins.remove(pluginId, gone) : candidates.get(0).replace(gone, plugins);
        return change.handle((view, failure) -> ChangeRefusedException.of(failure))
                .thenCompose(refused -> {
                    if (refused.filter(why -> why.kind().isTemporary()).isPresent()) {
                        return CompletableFuture.completedFuture(false);
                    }
                    if (none) {
                        // A jar that could not replace it at once may do so later: its start can succeed then.
                        inTurn(() -> folders.forEach(folder -> folder.jars().lookAgain(pluginId)));
                    }
                    return none || refused.isEmpty()
                            ? CompletableFuture.completedFuture(true)
                            : fallBack(pluginId, gone, candidates.subList(1, candidates.size()));
                });
    }

    private void watch() {
        synchronized (watching) {
            if (!closed) {
                openWatcher();
            }
        }
    }

    private void openWatcher() {
        Path folder = settings.places().folder();
        try {
            WatchService service = folder.getFileSystem().newWatchService();
            watcher = service; // closed by close() whatever follows
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            Threads.start("busbar-inbox-watch", () -> follow(service));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("plugin folder {} cannot be watched, only polled ({})", folder, e.toString());
        }
    }

    private void follow(WatchService service) {
        try {
            while (true) {
                WatchKey key = service.take();
                boolean concerns = key.pollEvents().stream()
                        .anyMatch(event -> !String.valueOf(event.context()).contains(".status."));
                key.reset();
                if (concerns && scanQueued.compareAndSet(false, true)) {
                    inTurn(() -> {
                        scanQueued.set(false);
                        scan();
                    });
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("the plugin folder is no longer watched");
        }
    }

    @Override
    public void close() {
        // Not interrupted: the embedded store closes its file under a writer that is.
        thread.getQueue().clear();
        thread.shutdown();
        awaitEnd();
        synchronized (watching) {
            closed = true;
            closeWatcher();
        }
    }

    private void closeWatcher() {
        if (watcher == null) {
            return;
        }
        try {
            watcher.close();
        } catch (IOException e) {
            LOG.warn("the watch on the plugin folder could not be closed", e);
        }
    }

    private void awaitEnd() {
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the plugin folder is still being looked at");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
