package dev.busbar.host.inbox;

import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import dev.busbar.host.lifecycle.Consent;
import dev.busbar.host.lifecycle.FolderChanges;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.node.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One folder as an inbox: each appearance, change or disappearance of a digest becomes one change. A file counts once it is
 * unchanged for long enough and opens as a zip; it is gone once it was missing as long. A file is recorded in the store
 * after its change was applied, so that a crash in between applies it again, which changes nothing. All of it runs on the
 * inbox's thread.
 */
final class PluginFolder {
    private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);
    private static final long INCOMPLETE_MILLIS = 2_000;
    private static final long MAX_WAIT_FOR_SUCCESSOR_MILLIS = 5_000;
    private static final String DISABLED = ".disabled";
    private static final String ALLOW = ".allow";

    private final Place place;
    private final FolderChanges plugins;
    private final InboxStore inbox;
    private final FolderReceipts receipts;
    private final BiFunction<String, Origin, CompletableFuture<Boolean>> removal;
    private final Executor thread;
    private final Map<String, FolderFile> files = new HashMap<>();
    private final FolderJars jars;
    private final FolderSignatures signatures;
    private boolean nameless;

    /**
     * Which folder.
     *
     * @param markers the folder in which {@code <id>.disabled} counts
     * @param node whose folder it is
     * @param settle how long a file must stand still before it counts
     * @param consents whether {@code .allow} files count
     */
    record Place(Path folder, Path markers, Origin.Source source, Node node, Duration settle, boolean consents) {
        /** The consent beside a jar of this name; none where the folder may not give it. */
        Consent consent(String fileName) {
            return consents ? Companion.consent(folder.resolve(fileName + ALLOW)) : Consent.NONE;
        }

        /** Where a jar of this name in this folder comes from. */
        Origin origin(String fileName) {
            return new Origin(source, fileName, node.name());
        }
    }

    /**
     * An inbox.
     *
     * @param removal removes what a file had installed; completes with whether that is done
     */
    PluginFolder(
            Place place,
            FolderChanges plugins,
            InboxStore inbox,
            Optional<Receipts> receipts,
            BiFunction<String, Origin, CompletableFuture<Boolean>> removal,
            Executor thread) {
        this.place = place;
        this.plugins = plugins;
        this.inbox = inbox;
        this.receipts = new FolderReceipts(receipts, place, new ConcurrentHashMap<>());
        this.removal = removal;
        this.thread = thread;
        this.jars = new FolderJars(place, inbox, this.receipts, files);
        this.signatures = new FolderSignatures(place.folder(), files, plugins);
    }

    /** Reads which files were applied before the host was stopped. */
    void recall() {
        inbox.adopt(place.source(), name -> Files.exists(place.folder().resolve(name)));
        inbox.all(place.source()).forEach(entry -> files.put(entry.fileName(), FolderFile.remembered(entry)));
    }

    /** Looks at the folder once; returns whether everything in it was dealt with. */
    boolean scan() {
        Optional<List<Path>> listed = list();
        if (listed.isEmpty()) {
            return true; // a folder that cannot be seen says nothing about its files
        }
        signatures.scan();
        Set<String> present = new HashSet<>();
        boolean settled = true;
        for (Path file : listed.get()) {
            String name = file.getFileName().toString();
            present.add(name);
            settled &= guarded(name, () -> look(file, name));
        }
        for (String name : List.copyOf(files.keySet())) {
            if (!present.contains(name)) {
                settled &= guarded(name, () -> miss(name));
            }
        }
        return settled && files.values().stream().noneMatch(FolderFile::isSubmitted);
    }

    /** One file that cannot be dealt with must not hide the others. */
    private boolean guarded(String name, Callable<Boolean> step) {
        try {
            return step.call();
        } catch (Exception | Error e) {
            LOG.warn("{}: cannot be dealt with now ({})", name, e.toString());
            FolderFile known = files.get(name);
            if (known != null) {
                known.postpone();
            }
            return true;
        }
    }

    private Optional<List<Path>> list() {
        try (Stream<Path> all = Files.list(place.folder())) {
            return Optional.of(all.filter(FolderFile::counts)
                    .filter(this::hasName)
                    .sorted()
                    .toList());
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("plugin folder {} cannot be read", place.folder(), e);
            return Optional.empty();
        }
    }

    /** Returns whether a file can be found by the text of its name: one in another encoding has none. */
    private boolean hasName(Path file) {
        boolean found = FolderFile.hasName(file);
        if (!found && !nameless) {
            nameless = true;
            LOG.warn(
                    "{}: ignored, because its name is not in the encoding of this process, {}; rename it, or set LC_ALL",
                    file,
                    System.getProperty("sun.jnu.encoding"));
        }
        return found;
    }

    private boolean look(Path file, String name) throws IOException {
        FolderFile.Stamp stamp = FolderFile.Stamp.of(file);
        FolderFile known = files.computeIfAbsent(name, key -> FolderFile.discovered(stamp));
        known.seen(stamp);
        return switch (known.phase()) {
            case SUBMITTED, SETTLED, REFUSED, POSTPONED -> true;
            case APPEARING -> known.ageMillis() >= place.settle().toMillis() && appeared(file, name, known);
            case MISSING -> throw new IllegalStateException(name + ": missing (expected: in the folder)");
        };
    }

    /** Deals with a file that is unchanged for long enough; returns false when it has to be looked at again soon. */
    private boolean appeared(Path file, String name, FolderFile known) throws IOException {
        FolderFile.Kind kind = FolderFile.Kind.of(name).orElseThrow();
        if (kind == FolderFile.Kind.SIGNATURE) {
            return signatures.look(file, name, known);
        }
        if (known.stamp().equals(FolderFile.Stamp.UNREADABLE)) {
            return unreadable(name, known);
        }
        return switch (kind) {
            case ALLOW -> allow(file, name, known);
            case DISABLED -> disabled(name, known);
            case ZIP ->
                reject(
                        name,
                        known,
                        "",
                        new InvalidPluginException("it is a zip file (expected: a jar, unlike what other hosts of PF4J"
                                + " plugins take); put the classes of the plugin and of its libraries into one jar"));
            case JAR, SIGNATURE -> jar(file, name, known);
        };
    }

    private boolean unreadable(String name, FolderFile known) {
        if (known.ageMillis() < INCOMPLETE_MILLIS) {
            return false;
        }
        rejected(
                name,
                known,
                "",
                new InvalidPluginException(
                        "it cannot be read (a link to nowhere, or no permission); put the jar itself there"));
        return true;
    }

    /** The jar is looked at again with a consent that is new. */
    private boolean allow(Path file, String name, FolderFile known) {
        String digest = Integer.toHexString(Companion.read(file).orElse("").hashCode());
        if (!digest.equals(known.sha256())) {
            if (!place.consents()) {
                LOG.warn(
                        "{}: ignored, because whoever may write the folder may not consent (trust.folderConsent)",
                        name);
            }
            FolderFile jar = files.get(FolderFile.Kind.ALLOW.stem(name));
            if (jar != null) {
                jar.lookAgain();
            }
            inbox.put(new InboxStore.Entry(place.source().name(), name, digest, ""));
        }
        known.settled(known.stamp(), new FolderFile.Content(digest, "", true));
        return true;
    }

    private boolean disabled(String name, FolderFile known) {
        String id = FolderFile.Kind.DISABLED.stem(name);
        if (known.pluginId().equals(id)) {
            known.settled(
                    known.stamp(), new FolderFile.Content("", id, true)); // applied before the host was started again
            return true;
        }
        submit(new Change(name, known, known.stamp(), id, Optional.empty()), plugins.disable(id));
        return true;
    }

    private boolean jar(Path file, String name, FolderFile known) throws IOException {
        if (signatures.isComing(name)) {
            return false;
        }
        known.begun();
        try {
            requirePlausible(name, known.stamp().size());
        } catch (InvalidPluginException e) {
            return reject(name, known, "", e);
        }
        if (!FolderFile.Stamp.of(file).equals(known.stamp())) {
            return false; // what is opened must be the regular file that was seen: another kind may block for ever
        }
        InputStream opened;
        try {
            opened = Files.newInputStream(file);
        } catch (IOException e) {
            return unreadable(name, known);
        }
        try (InputStream in = opened;
                Admission admission = plugins.admit(in)) {
            return admitted(admission, file, name, known);
        } catch (InvalidPluginException e) {
            return reject(name, known, "", e);
        }
    }

    /** Rejects a file that is not even opened: one that is empty may be one of the kernel, which never ends. */
    private static void requirePlausible(String name, long size) throws InvalidPluginException {
        if (!Receipts.fits(name)) {
            throw new InvalidPluginException("its name is too long for that of a receipt; give it a shorter one");
        }
        if (size == 0) {
            throw InvalidPluginException.empty();
        }
        ArtifactStore.requireSize(size);
    }

    /** Rejects a file, unless it may still be being written; returns whether it was rejected. */
    private boolean reject(String name, FolderFile known, String sha256, InvalidPluginException why) {
        if (why.isIncomplete() && known.ageMillis() < INCOMPLETE_MILLIS) {
            return false;
        }
        rejected(name, known, sha256, why);
        return true;
    }

    private boolean admitted(Admission admission, Path file, String name, FolderFile known) throws IOException {
        FolderFile.Stamp before = known.stamp();
        if (!FolderFile.Stamp.of(file).equals(before)) {
            return false;
        }
        if (admission.sha256().equals(known.sha256()) && !hasFailed(known)) {
            boolean recorded = known.isRecorded();
            known.settled(before, new FolderFile.Content(known.sha256(), known.pluginId(), recorded));
            plugins.find(known.pluginId()).ifPresent(jars::changed);
            return true;
        }
        try {
            install(admission, admission.check(signatures.beside(name)), name, known);
            return true;
        } catch (InvalidPluginException e) {
            return reject(name, known, admission.sha256(), e);
        }
    }

    private boolean hasFailed(FolderFile known) {
        return plugins.find(known.pluginId())
                .filter(view ->
                        view.state() == PluginState.FAILED && view.sha256().equals(known.sha256()))
                .isPresent();
    }

    private void install(Admission admission, Artifact artifact, String name, FolderFile known) throws IOException {
        String before = known.pluginId();
        if (!before.isEmpty() && !before.equals(artifact.id())) {
            remove(
                    name,
                    known,
                    () -> known.settled(FolderFile.Stamp.NONE, FolderFile.Content.NONE)); // it holds another plugin now
            return;
        }
        boolean enabled = !Files.exists(place.markers().resolve(artifact.id() + DISABLED));
        Consent consent = place.consent(name);
        Change change = new Change(name, known, known.stamp(), artifact.id(), Optional.of(artifact));
        submit(change, admission.heldUntil(plugins.install(artifact, place.origin(name), consent, enabled)));
    }

    private void rejected(String name, FolderFile known, String sha256, InvalidPluginException why) {
        String before = known.pluginId();
        // Looked at again by the next start of the host, which may be a newer one, and has to say why once more.
        inbox.put(new InboxStore.Entry(place.source().name(), name, "", before));
        known.refused(why.isUntrusted(), new FolderFile.Content(sha256, before, true));
        Receipts.Jar jar = new Receipts.Jar(why.plugin(), sha256);
        if (why.isUntrusted()) {
            receipts.untrusted(
                    name, known, jar, PluginState.of(why), why.reason().replace("<jar>", name));
            why.plugin().flatMap(plugin -> plugins.find(plugin.id())).ifPresent(known::decidedBeside);
        } else {
            receipts.rejected(name, known, jar, why.reason());
        }
    }

    /**
     * A change that a file has requested.
     *
     * @param seen how the file looked then
     * @param artifact the jar that is installed; empty for a marker file
     */
    private record Change(
            String name, FolderFile known, FolderFile.Stamp seen, String pluginId, Optional<Artifact> artifact) {
        String sha256() {
            return artifact.map(Artifact::sha256).orElse("");
        }
    }

    private void submit(Change change, CompletableFuture<PluginView> outcome) {
        change.known().submitted(change.pluginId());
        CompletableFuture<Void> unused = outcome.handleAsync((view, failure) -> ended(change, view, failure), thread);
    }

    private @Nullable Void ended(Change change, @Nullable PluginView view, @Nullable Throwable failure) {
        String name = change.name();
        FolderFile known = change.known();
        ChangeRefusedException refused = ChangeRefusedException.of(failure).orElse(null);
        if (refused != null && (refused.kind().isTemporary() || refused.kind() == Cause.UNKNOWN)) {
            known.postpone();
            return null;
        }
        guarded(name, () -> {
            // What did not start, or waits beside what serves, is looked at again by the next start of the host.
            boolean open = refused != null && refused.kind().isOpen();
            inbox.put(
                    new InboxStore.Entry(place.source().name(), name, open ? "" : change.sha256(), change.pluginId()));
            known.settled(change.seen(), new FolderFile.Content(change.sha256(), change.pluginId(), !open));
            change.artifact().ifPresent(artifact -> {
                receipts.installed(name, known, artifact, view, refused);
                plugins.find(change.pluginId()).ifPresent(known::decidedBeside);
            });
            return true;
        });
        return null;
    }

    /** A file is gone once it was missing for as long as one has to stand still, and its successor had time to come. */
    private boolean miss(String name) {
        FolderFile known = files.get(name);
        if (known == null || known.phase() == FileState.Phase.POSTPONED || known.isSubmitted()) {
            return true;
        }
        long missing = known.missed();
        boolean wait = missing < place.settle().toMillis()
                || (jars.isComing() && missing < MAX_WAIT_FOR_SUCCESSOR_MILLIS)
                || files.values().stream().anyMatch(file -> file.isSubmittedFor(known.pluginId()));
        if (wait) {
            return false;
        }
        FolderFile.Kind kind = FolderFile.Kind.of(name).orElseThrow();
        if (known.pluginId().isEmpty() || kind == FolderFile.Kind.ALLOW) {
            forget(name);
        } else if (kind == FolderFile.Kind.DISABLED) {
            undo(name, known, enable(known.pluginId()), () -> forget(name));
        } else {
            remove(name, known, () -> forget(name));
        }
        return true;
    }

    private CompletableFuture<Boolean> enable(String pluginId) {
        return plugins.enable(pluginId).handle((view, failure) -> ChangeRefusedException.of(failure)
                .filter(refused -> refused.kind().isTemporary())
                .isEmpty());
    }

    private void remove(String name, FolderFile known, Runnable done) {
        undo(name, known, removal.apply(known.pluginId(), place.origin(name)), done);
    }

    /** Undoes the change of a file that is gone; it is forgotten only when that is done, and else retried. */
    private void undo(String name, FolderFile known, CompletableFuture<Boolean> undone, Runnable done) {
        known.submitted(known.pluginId());
        CompletableFuture<Void> unused = undone.handleAsync(
                (gone, failure) -> {
                    if (failure != null || !gone) {
                        known.postpone();
                        return null;
                    }
                    guarded(name, () -> {
                        done.run();
                        return true;
                    });
                    return null;
                },
                thread);
    }

    private void forget(String name) {
        inbox.remove(place.source(), name);
        signatures.gone(name);
        FolderFile gone = files.remove(name);
        if (gone != null
                && FolderFile.Kind.of(name).filter(FolderFile.Kind.JAR::equals).isPresent()) {
            plugins.pardon(gone.sha256());
        }
        receipts.remove(name);
    }

    /** The files that hold nothing which serves, as plugins. May be called from any thread. */
    List<PluginView> unaccepted() {
        return receipts.unaccepted();
    }

    /** The jars of this folder. */
    FolderJars jars() {
        return jars;
    }
}
