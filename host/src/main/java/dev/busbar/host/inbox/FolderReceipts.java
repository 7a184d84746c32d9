package dev.busbar.host.inbox;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the jars of one folder are told, and in the log where they cannot be told anything. Used by the inbox's thread.
 *
 * @param receipts where receipts are written; empty for a folder that has none
 */
record FolderReceipts(Optional<Receipts> receipts) {
    private static final Logger LOG = LoggerFactory.getLogger(FolderReceipts.class);

    /** It is a plugin, but nobody trusted vouches for it. */
    void untrusted(String name, FolderFile known, Artifact artifact, PluginState state, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(name, known, Receipts.Receipt.refused(state, artifact, reason, known.ageMillis()));
    }

    /** It could not even be read as a plugin. */
    void rejected(String name, FolderFile known, String sha256, String reason) {
        LOG.warn("{}: {}", name, reason);
        write(
                name,
                known,
                new Receipts.Receipt(
                        PluginState.REJECTED, "", "", sha256, 0, Optional.of(reason), 0, known.ageMillis(), List.of()));
    }

    /** Its installation ended. */
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

    /** Something about its plugin has changed: this jar is the one that counts, or one in whose place that runs. */
    void changed(String name, FolderFile known, PluginView view) {
        if (known.sha256().equals(view.sha256())) {
            write(name, known, Receipts.Receipt.of(view, known.ageMillis()));
        } else if (known.isDealtWith() && !known.isWaiting() && !known.stands(view)) {
            write(name, known, Receipts.Receipt.passedOver(view, known));
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
