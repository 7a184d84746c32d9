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
 * The jars of one folder, as far as they are known, in step with what becomes of their plugins. Used by the inbox's
 * thread.
 */
final class FolderJars {
    private static final Logger LOG = LoggerFactory.getLogger(FolderJars.class);
    private static final String JAR = ".jar";

    private final PluginFolder.Place place;
    private final InboxStore inbox;
    private final FolderReceipts receipts;
    private final Map<String, FolderFile> files;
    private final Map<String, String> underWay;
    private final Map<String, Long> generations = new HashMap<>();

    /**
     * The jars among some files.
     *
     * @param files all that is known of the folder, by name; kept by the folder
     * @param underWay the files with an intent under way; kept by the folder
     */
    FolderJars(
            PluginFolder.Place place,
            InboxStore inbox,
            FolderReceipts receipts,
            Map<String, FolderFile> files,
            Map<String, String> underWay) {
        this.place = place;
        this.inbox = inbox;
        this.receipts = receipts;
        this.files = files;
        this.underWay = underWay;
    }

    /** The jars of a plugin that lie here. */
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
        return name.endsWith(JAR) && Files.exists(place.folder().resolve(name));
    }

    /** Whether a jar has appeared or changed that was not dealt with yet. */
    boolean isComing() {
        return files.entrySet().stream()
                .anyMatch(file -> !file.getValue().isDealtWith()
                        && !underWay.containsKey(file.getKey())
                        && !file.getValue().stamp().equals(FolderFile.Stamp.NONE)
                        && isJar(file.getKey()));
    }

    /** Has the jars of a plugin looked at again that could not take the place of one that is gone. */
    void lookAgain(String pluginId) {
        of(pluginId).keySet().forEach(jar -> {
            FolderFile known = files.get(jar.fileName());
            if (known != null && !underWay.containsKey(jar.fileName())) {
                known.lookAgain();
            }
        });
    }

    /** Writes the receipts of a plugin's jars anew: the one that counts, and those in whose place it runs. */
    void changed(PluginView view) {
        boolean published = view.generation() != 0
                && !Objects.equals(generations.put(view.id(), view.generation()), view.generation());
        files.forEach((name, known) -> {
            if (known.isWaiting() && !known.isUntrusted() && mayStart(known, view, published)) {
                known.lookAgain();
            }
            boolean concerned = known.pluginId().equals(view.id()) && !underWay.containsKey(name);
            if (concerned && isJar(name)) {
                remember(name, known, view);
                receipts.changed(name, known, view);
            }
        });
    }

    /** Whether a jar that waits beside an older version may start now: another platform came, or the older one went. */
    private static boolean mayStart(FolderFile known, PluginView view, boolean published) {
        boolean own = known.pluginId().equals(view.id());
        return own ? view.generation() == 0 && !view.sha256().equals(known.sha256()) : published;
    }

    /** What failed at first and serves now is not looked at again by the next start of the host. */
    private void remember(String name, FolderFile known, PluginView view) {
        if (!known.isOpen() || view.generation() == 0 || !view.sha256().equals(known.sha256())) {
            return;
        }
        try {
            inbox.put(new InboxStore.Entry(place.source().name(), name, known.sha256(), view.id()));
            known.open(false);
        } catch (RuntimeException e) {
            LOG.warn("{}: its successful start could not be recorded", name, e);
        }
    }
}
