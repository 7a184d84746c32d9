package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.lifecycle.RefusedException.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One folder as an inbox: each appearance, change or disappearance of a digest becomes one intent. A file counts once it
 * stood still for two scans and opens as a zip. All of it runs on the inbox's thread.
 */
final class PluginFolder {
    private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);
    private static final int SCANS_UNTIL_GONE = 2;
    private static final long INCOMPLETE_MILLIS = 2_000;

    private final Path folder;
    private final Origin.Source source;
    private final long settleMillis;
    private final Plugins plugins;
    private final InboxStore inbox;
    private final Optional<Receipts> receipts;
    private final Executor thread;
    private final Map<String, FolderFile> files = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();

    /**
     * Which folder.
     *
     * @param settle how long a file must stand still before it counts
     */
    record Place(Path folder, Origin.Source source, Duration settle) {}

    PluginFolder(Place place, Plugins plugins, InboxStore inbox, Optional<Receipts> receipts, Executor thread) {
        this.folder = place.folder();
        this.source = place.source();
        this.settleMillis = place.settle().toMillis();
        this.plugins = plugins;
        this.inbox = inbox;
        this.receipts = receipts;
        this.thread = thread;
    }

    /** Recalls what was dealt with before the host was stopped. */
    void recall() {
        inbox.all(source).forEach(entry -> files.put(entry.fileName(), FolderFile.remembered(entry)));
    }

    /** Looks at the folder once; answers whether everything in it was dealt with. */
    boolean scan() {
        Set<String> present = new HashSet<>();
        boolean settled = true;
        for (Path file : list()) {
            String name = file.getFileName().toString();
            present.add(name);
            settled &= look(file, name);
        }
        for (String name : List.copyOf(files.keySet())) {
            if (!present.contains(name)) {
                settled &= miss(name);
            }
        }
        return settled && underWay.isEmpty();
    }

    private List<Path> list() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(PluginFolder::counts).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("plugin folder {} cannot be read ({})", folder, e.toString());
            return files.keySet().stream().map(folder::resolve).toList();
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        boolean known = name.endsWith(".jar") || name.endsWith(".disabled") || name.endsWith(".allow");
        return known && !name.startsWith(".") && !Files.isDirectory(file);
    }

    private boolean look(Path file, String name) {
        FolderFile known = files.get(name);
        try {
            FolderFile.Stamp stamp = FolderFile.Stamp.of(file);
            if (known == null || !known.stamp().equals(stamp)) {
                files.put(name, known == null ? FolderFile.discovered(stamp) : known.touched(stamp));
                return false;
            }
            known.seen();
            if (known.ageMillis() < settleMillis && !known.isDealtWith()) {
                return false; // two scans may follow upon each other at once
            }
            boolean done = known.isDealtWith() || known.isPostponed() || underWay.contains(name);
            return done || deal(file, name, known);
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at now", file, e);
            return false;
        }
    }

    private boolean deal(Path file, String name, FolderFile known) throws IOException {
        if (name.endsWith(".allow")) {
            known.dealtWith("", "");
            FolderFile jar = files.get(name.substring(0, name.length() - ".allow".length()));
            if (jar != null && jar.isDealtWith()) {
                jar.lookAgain(false);
            }
            return false;
        }
        if (name.endsWith(".disabled")) {
            String id = name.substring(0, name.length() - ".disabled".length());
            if (known.pluginId().equals(id)) {
                known.dealtWith("", id); // applied before the host was started again
                return true;
            }
            submit(new Intent.Disable(id), name, known, "");
            return false;
        }
        return jar(file, name, known);
    }

    private boolean jar(Path file, String name, FolderFile known) throws IOException {
        ArtifactStore.Shadow shadow;
        try (InputStream in = Files.newInputStream(file)) {
            shadow = plugins.copy(in);
        }
        if (!FolderFile.Stamp.of(file).equals(known.stamp())) {
            return false;
        }
        if (shadow.sha256().equals(known.sha256())) {
            known.dealtWith(known.sha256(), known.pluginId());
            return true;
        }
        try {
            Artifact artifact = plugins.read(shadow);
            Consent consent = consent(name, known);
            submit(new Intent.Install(artifact, new Origin(source, name), consent), name, known, artifact.sha256());
            return false;
        } catch (RejectedException e) {
            if (e.isIncomplete() && known.ageMillis() < INCOMPLETE_MILLIS) {
                return false;
            }
            rejected(name, known, shadow.sha256(), e.reason());
            return true;
        }
    }

    private void rejected(String name, FolderFile known, String sha256, String reason) {
        LOG.error("{}: {}", name, reason);
        known.dealtWith(sha256, "");
        inbox.put(new InboxStore.Entry(source.name(), name, sha256, ""));
        receipts.ifPresent(all -> all.write(
                name,
                new Receipts.Receipt(
                        PluginState.REJECTED, "", "", sha256, 0, Optional.of(reason), 0, known.ageMillis())));
    }

    private Consent consent(String name, FolderFile known) throws IOException {
        Path allow = folder.resolve(name + ".allow");
        boolean downgrade = known.consentToDowngrade()
                || (Files.isRegularFile(allow)
                        && List.of(Files.readString(allow, StandardCharsets.UTF_8)
                                        .split("\\s+"))
                                .contains("downgrade"));
        return new Consent(downgrade);
    }

    private void submit(Intent intent, String name, FolderFile known, String sha256) {
        underWay.add(name);
        CompletableFuture<PluginView> unused = plugins.submit(intent)
                .whenCompleteAsync((view, failure) -> outcome(intent, name, known, sha256, view, failure), thread);
    }

    private void outcome(
            Intent intent,
            String name,
            FolderFile known,
            String sha256,
            @Nullable PluginView view,
            @Nullable Throwable failure) {
        underWay.remove(name);
        RefusedException refused = refusal(failure);
        if (refused != null && (refused.kind() == Cause.HOST || refused.kind() == Cause.UNKNOWN)) {
            known.postpone();
            return;
        }
        String before = known.pluginId();
        known.dealtWith(sha256, intent.pluginId());
        inbox.put(new InboxStore.Entry(source.name(), name, sha256, intent.pluginId()));
        if (!before.isEmpty() && !before.equals(intent.pluginId())) {
            removed(name, before); // the file holds another plugin now
        }
        if (!(intent instanceof Intent.Install install)) {
            return;
        }
        if (refused != null) {
            LOG.warn("{}: {}", name, refused.reason());
            PluginState state = refused.kind() == Cause.FAILED ? PluginState.FAILED : PluginState.REJECTED;
            receipts.ifPresent(all -> all.write(
                    name,
                    new Receipts.Receipt(
                            state,
                            install.pluginId(),
                            install.artifact().version().toString(),
                            sha256,
                            0,
                            Optional.of(refused.reason()),
                            0,
                            known.ageMillis())));
        } else if (view != null) {
            receipts.ifPresent(all -> all.write(name, Receipts.Receipt.of(view, known.ageMillis())));
        }
    }

    private static @Nullable RefusedException refusal(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null || cause instanceof RefusedException) {
            return (RefusedException) cause;
        }
        LOG.error("an intent of the plugin folder failed", cause);
        return new RefusedException(Cause.HOST, "the host could not do it now; see its log");
    }

    private boolean miss(String name) {
        FolderFile known = files.get(name);
        if (known == null || known.missed() < SCANS_UNTIL_GONE || isInstalling()) {
            return false;
        }
        files.remove(name);
        inbox.remove(source, name);
        receipts.ifPresent(all -> all.remove(name));
        if (name.endsWith(".disabled") && !known.pluginId().isEmpty()) {
            forget(new Intent.Enable(known.pluginId()));
        } else if (name.endsWith(".jar") && !known.pluginId().isEmpty()) {
            removed(name, known.pluginId());
        }
        return true;
    }

    /** Submits what nobody waits for; a fault of the host is logged, a refusal has nothing to say. */
    private void forget(Intent intent) {
        CompletableFuture<PluginView> unused = plugins.submit(intent).whenComplete((view, failure) -> refusal(failure));
    }

    /** What is gone may be about to be replaced by what is just coming in. */
    private boolean isInstalling() {
        return underWay.stream().anyMatch(name -> name.endsWith(".jar"));
    }

    /** A removal counts only for what this very file has installed. */
    private void removed(String name, String pluginId) {
        boolean itsOwn = plugins.find(pluginId)
                .filter(view -> view.origin().source() == source)
                .filter(view -> view.origin().fileName().equals(name))
                .isPresent();
        if (itsOwn && !plugins.fallBack(pluginId)) {
            forget(new Intent.Remove(pluginId));
        }
    }

    /** Has the jars of a plugin looked at again, now that what stood before them is gone; false when there is none. */
    boolean lookAgain(String pluginId) {
        boolean found = false;
        for (Map.Entry<String, FolderFile> file : files.entrySet()) {
            if (file.getKey().endsWith(".jar") && file.getValue().pluginId().equals(pluginId)) {
                file.getValue().lookAgain(true);
                found = true;
            }
        }
        return found;
    }

    /** Writes the receipt of a jar anew when its plugin has changed by another way than this folder. */
    void changed(PluginView view) {
        if (receipts.isEmpty()) {
            return;
        }
        files.forEach((name, known) -> {
            boolean concerned = known.isDealtWith() && known.pluginId().equals(view.id()) && name.endsWith(".jar");
            boolean named =
                    view.origin().fileName().equals(name) && known.sha256().equals(view.sha256());
            if (concerned && named && !underWay.contains(name)) {
                receipts.get().write(name, Receipts.Receipt.of(view, known.ageMillis()));
            }
        });
    }
}
