package dev.busbar.host.auditlog;

import dev.busbar.host.auditlog.AuditRecord.Head;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs where the chain of this node ends, every now and then. Used by one thread at a time. */
final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private final AuditSettings settings;
    private final RecordStore records;
    private final CheckpointStore store;
    private final CheckpointFile file;
    private final Signer signer;
    private final Clock clock;
    private final String node;
    private long signed;
    private Instant signedAt = Instant.EPOCH;
    private boolean failing;

    CheckpointWriter(
            AuditSettings settings,
            String node,
            RecordStore records,
            CheckpointStore store,
            Signer signer,
            Clock clock) {
        this.settings = settings;
        this.node = node;
        this.records = records;
        this.store = store;
        this.signer = signer;
        this.clock = clock;
        this.file = new CheckpointFile(settings.checkpoints(), node, signer.publicKey());
        store.last(node).ifPresent(last -> {
            signed = last.seq();
            signedAt = last.at();
        });
    }

    /**
     * Signs where one is due.
     *
     * @param end whether any new record makes it due
     */
    void write(boolean end) {
        Head head = records.head(node);
        long fresh = head.seq() - signed;
        boolean late = Duration.between(signedAt, clock.instant()).abs().compareTo(settings.checkpointInterval()) >= 0;
        if (fresh <= 0 || !(end || late || fresh >= settings.checkpointRecords())) {
            return;
        }
        Checkpoint checkpoint = Checkpoint.signed(head, clock.instant(), signer);
        if (append(checkpoint)) {
            signed = head.seq();
            signedAt = checkpoint.at();
        }
        store.put(checkpoint);
    }

    /** A file that cannot be written is said once; the next turn tries again. */
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
