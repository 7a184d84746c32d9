package dev.busbar.host.lifecycle;

import dev.busbar.host.store.Database;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the folders that plugins come from: the drop folder, and the platforms that came with the host. A watch
 * service makes it quick, polling makes it sure. {@link #start} and {@link #close} are called once, by {@code Host};
 * everything else runs on its own thread.
 */
public final class Inbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private static final Duration FIRST_PASS_MARGIN = Duration.ofSeconds(5);

    private final LifecycleSettings settings;
    private final Plugins plugins;
    private final List<PluginFolder> folders;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, GenerationPool.threads("busbar-inbox", Inbox.class.getClassLoader()));
    private final CompletableFuture<Void> firstPass = new CompletableFuture<>();
    private @Nullable WatchService watcher;
    private @Nullable ScheduledFuture<?> next;

    /**
     * An inbox that does not look yet.
     *
     * @throws IOException when the drop folder neither exists nor can be made
     */
    public Inbox(LifecycleSettings settings, Plugins plugins, Database database, Clock clock) throws IOException {
        this.settings = settings;
        this.plugins = plugins;
        Path drop = Files.createDirectories(settings.places().folder());
        InboxStore store = new InboxStore(database, clock);
        Duration settle = settings.limits().settle();
        PluginFolder bundled = new PluginFolder(
                new PluginFolder.Place(settings.places().bundled(), Origin.Source.BUNDLED, settle),
                plugins,
                store,
                Optional.empty(),
                thread);
        PluginFolder dropped = new PluginFolder(
                new PluginFolder.Place(drop, Origin.Source.FOLDER, settle),
                plugins,
                store,
                Optional.of(new Receipts(drop, clock)),
                thread);
        this.folders = List.of(bundled, dropped);
    }

    /** Begins to look; completes when all that lay there at the start was dealt with. */
    public CompletableFuture<Void> start() {
        plugins.attach(
                view -> thread.execute(() -> folders.forEach(folder -> folder.changed(view))),
                id -> folders.stream().map(folder -> folder.lookAgain(id)).reduce(false, Boolean::logicalOr));
        watch();
        thread.execute(() -> {
            folders.forEach(PluginFolder::recall);
            scan();
        });
        // A file that never stands still must not keep the host from becoming ready.
        long limitMillis = settings.limits().start().plus(FIRST_PASS_MARGIN).toMillis();
        return firstPass.completeOnTimeout(null, limitMillis, TimeUnit.MILLISECONDS);
    }

    private void scan() {
        boolean settled = false;
        try {
            settled = folders.stream().map(PluginFolder::scan).reduce(true, Boolean::logicalAnd);
            if (settled) {
                firstPass.complete(null);
            }
        } catch (RuntimeException e) {
            // The store may be away; the folder must be looked at again all the same.
            LOG.error("the plugin folder could not be looked at", e);
        }
        long pause = (settled ? settings.limits().poll() : settings.limits().settle()).toMillis();
        nextScan(pause);
    }

    private void nextScan(long millis) {
        if (next != null) {
            next.cancel(false);
        }
        if (!thread.isShutdown()) {
            next = thread.schedule(this::scan, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void watch() {
        Path folder = settings.places().folder();
        try {
            WatchService service = folder.getFileSystem().newWatchService();
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            watcher = service;
            GenerationPool.threads("busbar-inbox-watch", Inbox.class.getClassLoader())
                    .newThread(() -> follow(service))
                    .start();
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
                if (concerns) {
                    thread.execute(this::scan);
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("the plugin folder is no longer watched");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        if (watcher != null) {
            try {
                watcher.close();
            } catch (IOException e) {
                LOG.warn("the watch on the plugin folder could not be closed", e);
            }
        }
    }
}
