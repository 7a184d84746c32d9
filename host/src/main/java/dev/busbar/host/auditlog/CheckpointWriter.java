package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs the head of the chain of this node, and writes it to the checkpoint file and the store. Used by one thread at a time. */
final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private final AuditSettings settings;
    private final ChainStore chains;
    private final CheckpointFile file;
    private final Signer signer;
    private final Clock clock;
    private final String node;
    private long signed;
    private Instant signedAt = Instant.EPOCH;
    private boolean failing;

    CheckpointWriter(AuditSettings settings, String node, ChainStore chains, Signer signer, Clock clock) {
        this.settings = settings;
        this.node = node;
        this.chains = chains;
        this.signer = signer;
        this.clock = clock;
        this.file = new CheckpointFile(settings.checkpoints(), node, signer.publicKey());
        chains.lastCheckpoint(node).ifPresent(last -> {
            signed = last.seq();
            signedAt = last.at();
        });
    }

    /**
     * Writes a checkpoint if one is due.
     *
     * @param end true if one new record makes it due
     */
    void write(boolean end) {
        Head head = chains.head(node).orElse(Head.empty(node));
        long fresh = head.seq() - signed;
        boolean late = Duration.between(signedAt, clock.instant()).abs().compareTo(settings.checkpointInterval()) >= 0;
        if (fresh <= 0 || !(end || late || fresh >= settings.checkpointRecords())) {
            return;
        }
        Checkpoint checkpoint = Checkpoint.signed(head, clock.instant(), signer::sign);
        if (append(checkpoint)) {
            signed = head.seq();
            signedAt = checkpoint.at();
        }
        chains.put(checkpoint);
    }

    /** Appends to the file; logs the first of consecutive failures, after which the next call tries again. */
    private boolean append(Checkpoint checkpoint) {
        try {
            file.append(checkpoint);
            if (failing) {
                LOG.info("audit checkpoints are written to {} again", file.path());
            }
            failing = false;
            return true;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn(
                        "audit checkpoints cannot be written to {}: records from {} on are not protected",
                        file.path(),
                        signed + 1,
                        e);
            }
            failing = true;
            return false;
        }
    }
}
