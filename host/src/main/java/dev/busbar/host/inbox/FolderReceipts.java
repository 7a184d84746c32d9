package dev.busbar.host.inbox;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receipts of the jars of one folder, and their lines in the log. Used by the inbox's thread, but for what any thread
 * may ask.
 *
 * @param receipts where receipts are written; empty for a folder that has none
 * @param latest the latest receipt of each file, by its name; safe for use by several threads
 */
record FolderReceipts(Optional<Receipts> receipts, PluginFolder.Place place, Map<String, Receipts.Receipt> latest) {
    private static final Logger LOG = LoggerFactory.getLogger(FolderReceipts.class);

    /** The jar has no signature of a trusted signer. */
    void untrusted(String name, FolderFile known, Receipts.Jar jar, PluginState state, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(name, known, Receipts.Receipt.refused(state, jar, reason, known.tookMillis()));
    }

    /** The file could not be read as a plugin. */
    void rejected(String name, FolderFile known, Receipts.Jar jar, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(name, known, Receipts.Receipt.rejected(jar, reason, known.tookMillis()));
    }

    /** The installation of the jar has ended. */
    void installed(
            String name,
            FolderFile known,
            Artifact artifact,
            @Nullable PluginView view,
            @Nullable ChangeRefusedException refused) {
        if (refused != null) {
            LOG.warn("{}: {}", name, refused.reason());
            PluginState state =
                    switch (refused.kind()) {
                        case FAILED -> PluginState.FAILED;
                        case WAITING -> PluginState.WAITING;
                        default -> PluginState.REJECTED;
                    };
            write(name, known, Receipts.Receipt.refused(state, artifact, refused.reason(), known.tookMillis()));
        } else if (view != null) {
            write(name, known, Receipts.Receipt.of(view, known.tookMillis()));
        }
    }

    /** Its plugin has changed: this jar is the one that runs, or was replaced by it. */
    void changed(String name, FolderFile known, PluginView view) {
        if (known.sha256().equals(view.sha256())) {
            write(name, known, Receipts.Receipt.of(view, view.took().toMillis()));
        } else if (known.isSettled() && !known.isWaiting() && !known.isReceiptCurrent(view)) {
            write(name, known, Receipts.Receipt.replaced(view, known));
        }
    }

    /** The files whose receipt says that they were not accepted, as plugins. May be called from any thread. */
    List<PluginView> unaccepted() {
        return latest.entrySet().stream()
                .filter(entry -> entry.getValue().isUnaccepted())
                .map(entry -> entry.getValue().view(place.origin(entry.getKey())))
                .toList();
    }

    void remove(String name) {
        latest.remove(name);
        receipts.ifPresent(all -> all.remove(name));
    }

    private void write(String name, FolderFile known, Receipts.Receipt receipt) {
        known.shown(receipt);
        latest.put(name, receipt);
        receipts.ifPresent(all -> all.write(name, receipt));
    }
}
