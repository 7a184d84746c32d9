package dev.busbar.host.inbox;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receipts of the jars of one folder, and their lines in the log. Used by the inbox's thread.
 *
 * @param receipts where receipts are written; empty for a folder that has none
 */
record FolderReceipts(Optional<Receipts> receipts) {
    private static final Logger LOG = LoggerFactory.getLogger(FolderReceipts.class);

    /** The jar has no signature of a trusted signer. */
    void untrusted(String name, FolderFile known, Receipts.Jar jar, PluginState state, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(name, known, Receipts.Receipt.refused(state, jar, reason, known.ageMillis()));
    }

    /** The file could not be read as a plugin. */
    void rejected(String name, FolderFile known, Receipts.Jar jar, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(name, known, Receipts.Receipt.rejected(jar, reason, known.ageMillis()));
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
            write(name, known, Receipts.Receipt.refused(state, artifact, refused.reason(), known.ageMillis()));
        } else if (view != null) {
            write(name, known, Receipts.Receipt.of(view, known.ageMillis()));
        }
    }

    /** Its plugin has changed: this jar is the one that runs, or was replaced by it. */
    void changed(String name, FolderFile known, PluginView view) {
        if (known.sha256().equals(view.sha256())) {
            write(name, known, Receipts.Receipt.of(view, known.ageMillis()));
        } else if (known.isSettled() && !known.isWaiting() && !known.isReceiptCurrent(view)) {
            write(name, known, Receipts.Receipt.replaced(view, known));
        }
    }

    void remove(String name) {
        receipts.ifPresent(all -> all.remove(name));
    }

    private void write(String name, FolderFile known, Receipts.Receipt receipt) {
        known.shown(receipt);
        receipts.ifPresent(all -> all.write(name, receipt));
    }
}
