package dev.busbar.host.inbox;

import dev.busbar.host.desired.Origin;
import dev.busbar.host.lifecycle.PluginView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jars of one folder, with their receipts in step with their plugins. Used by the inbox's thread.
 */
final class FolderJars {
    private static final Logger LOG = LoggerFactory.getLogger(FolderJars.class);

    private final PluginFolder.Place place;
    private final InboxStore inbox;
    private final FolderReceipts receipts;
    private final Map<String, FolderFile> files;
    private final Map<String, Long> generations = new HashMap<>();

    /**
     * The jars among some files.
     *
     * @param files the files of the folder, by name
     */
    FolderJars(PluginFolder.Place place, InboxStore inbox, FolderReceipts receipts, Map<String, FolderFile> files) {
        this.place = place;
        this.inbox = inbox;
        this.receipts = receipts;
        this.files = files;
    }

    /** The jars of a plugin in this folder. */
    Map<Origin, Path> of(String pluginId) {
        Map<Origin, Path> found = new HashMap<>();
        files.forEach((name, known) -> {
            if (isJar(name)
                    && known.pluginId().equals(pluginId)
                    && !known.sha256().isEmpty()) {
                found.put(place.origin(name), place.folder().resolve(name));
            }
        });
        return found;
    }

    private boolean isJar(String name) {
        return FolderFile.Kind.of(name).filter(FolderFile.Kind.JAR::equals).isPresent()
                && Files.exists(place.folder().resolve(name));
    }

    /** Returns whether a jar has appeared or changed that was not dealt with yet. */
    boolean isComing() {
        return files.entrySet().stream()
                .anyMatch(file -> !file.getValue().isSettled()
                        && !file.getValue().isSubmitted()
                        && !file.getValue().stamp().equals(FolderFile.Stamp.NONE)
                        && isJar(file.getKey()));
    }

    /** Looks again at the jars of a plugin that could not replace one that is gone. */
    void lookAgain(String pluginId) {
        of(pluginId).keySet().forEach(jar -> {
            FolderFile known = files.get(jar.fileName());
            if (known != null && !known.isSubmitted()) {
                known.lookAgain();
            }
        });
    }

    /** Updates the receipts of a plugin's jars: of the one that runs, and of those that it replaces. */
    void changed(PluginView view) {
        boolean published = view.generation() != 0
                && !Objects.equals(generations.put(view.id(), view.generation()), view.generation());
        files.forEach((name, known) -> {
            if (known.isWaiting() && !known.isUntrusted() && mayStart(known, view, published)) {
                known.lookAgain();
            }
            boolean concerned = known.pluginId().equals(view.id()) && !known.isSubmitted();
            if (concerned && isJar(name)) {
                remember(name, known, view);
                receipts.changed(name, known, view);
            }
        });
    }

    /** Returns whether a jar that waits may start now: another platform was published, or its older version is gone. */
    private static boolean mayStart(FolderFile known, PluginView view, boolean published) {
        boolean own = known.pluginId().equals(view.id());
        return own ? view.generation() == 0 && !view.sha256().equals(known.sha256()) : published;
    }

    /** The next start of the host does not look again at a jar that failed at first and serves now. */
    private void remember(String name, FolderFile known, PluginView view) {
        if (known.isRecorded() || view.generation() == 0 || !view.sha256().equals(known.sha256())) {
            return;
        }
        try {
            inbox.put(new InboxStore.Entry(place.source().name(), name, known.sha256(), view.id()));
            known.recorded();
        } catch (RuntimeException e) {
            LOG.warn("{}: its successful start could not be recorded", name, e);
        }
    }
}
