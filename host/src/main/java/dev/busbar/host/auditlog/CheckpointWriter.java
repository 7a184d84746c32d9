package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the head of the chain of this node, once it has walked there from the last head that it signed, and writes it to
 * the checkpoint file, its own memory and the store. {@link #write} is for one thread at a time; the rest may be called
 * from any thread.
 */
final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private final AuditSettings settings;
    private final ChainStore chains;
    private final CheckpointFile file;
    private final LastCheckpoint memory;
    private final Signer signer;
    private final Clock clock;
    private final ChainWalk walk;
    private volatile Optional<Checkpoint> last = Optional.empty();
    private Optional<Instant> brokenAt = Optional.empty();
    private boolean failing;

    CheckpointWriter(AuditSettings settings, String node, ChainStore chains, Signer signer, Clock clock)
            throws IOException {
        this.settings = settings;
        this.chains = chains;
        this.signer = signer;
        this.clock = clock;
        this.file = new CheckpointFile(settings.checkpoints(), node, signer.publicKey());
        Path folder = settings.data().resolve("audit");
        this.memory = new LastCheckpoint(folder, node, signer);
        Optional<LastCheckpoint.Remembered> remembered = memory.read();
        this.last = remembered
                .flatMap(LastCheckpoint.Remembered::checkpoint)
                .map(this::sinceRemembered)
                .or(() -> lastOfEarlierVersion(node));
        Head signed = last.map(CheckpointWriter::head).orElse(Head.empty(node));
        this.walk = new ChainWalk(
                chains, remembered.flatMap(LastCheckpoint.Remembered::broken).orElse(signed));
    }

    private static Head head(Checkpoint checkpoint) {
        return new Head(checkpoint.node(), checkpoint.seq(), checkpoint.hash());
    }

    /** The last checkpoint in the file, which may be ahead of the memory after a crash. */
    private Checkpoint sinceRemembered(Checkpoint remembered) {
        Optional<Checkpoint> found = lastInFile(Optional.of(remembered));
        if (found.isEmpty()) {
            LOG.error(
                    "{} no longer holds checkpoint {}, of record {}, which this node has written: lines were removed, or"
                            + " the file was replaced",
                    file.path(),
                    remembered.number(),
                    remembered.seq());
        }
        return found.orElse(remembered);
    }

    /**
     * The last checkpoint of a host that remembered none, in the file or the store; it must be signed by this node. Where
     * that of the store is later, the file gets it first, because the next one names it.
     */
    private Optional<Checkpoint> lastOfEarlierVersion(String node) {
        Optional<Checkpoint> inFile = lastInFile(Optional.empty());
        Optional<Checkpoint> stored = chains.lastCheckpoint(node)
                .filter(row -> row.isSignedBy(signer.publicKey()))
                .filter(row -> row.seq() > inFile.map(Checkpoint::seq).orElse(0L));
        return stored.filter(this::append).or(() -> inFile);
    }

    private Optional<Checkpoint> lastInFile(Optional<Checkpoint> known) {
        try {
            return file.lastSince(known);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("audit checkpoints cannot be read from {}", file.path(), e);
            return Optional.empty();
        }
    }

    /** The last checkpoint that this node has signed. */
    Optional<Checkpoint> last() {
        return last;
    }

    /** The last record that this node has seen and believed. */
    Head walked() {
        return walk.reached();
    }

    /**
     * Walks the new records, and writes a checkpoint if one is due.
     *
     * @param end true if one new record makes it due
     */
    void write(boolean end) {
        if (!follows(end)) {
            return;
        }
        Head head = walk.reached();
        long fresh = head.seq() - lastSeq();
        boolean late = isPast(last.map(Checkpoint::at).orElse(Instant.EPOCH));
        if (fresh <= 0 || !(end || late || fresh >= settings.checkpointRecords())) {
            return;
        }
        if (failing) {
            last = lastInFile(last).or(() -> last); // the line whose writing failed may be there
        }
        Checkpoint next = Checkpoint.signed(head, clock.instant(), last, signer::sign);
        if (append(next)) {
            last = Optional.of(next);
            remember(last, Optional.empty());
            chains.put(next);
        }
    }

    private long lastSeq() {
        return last.map(Checkpoint::seq).orElse(0L);
    }

    private boolean isPast(Instant time) {
        return Duration.between(time, clock.instant()).abs().compareTo(settings.checkpointInterval()) >= 0;
    }

    /** Walks on; while the chain is broken, only once an interval, because it may be a long way. */
    private boolean follows(boolean end) {
        if (!end && brokenAt.filter(time -> !isPast(time)).isPresent()) {
            return false;
        }
        Optional<String> fault = walk.advance();
        if (fault.isPresent() && brokenAt.isEmpty()) {
            LOG.error(
                    "the audit chain was changed in the store: {}; nothing is signed any more, see: busbar audit verify",
                    fault.get());
            remember(last, Optional.of(walk.reached()));
        }
        brokenAt = fault.map(why -> clock.instant());
        return fault.isEmpty();
    }

    private void remember(Optional<Checkpoint> checkpoint, Optional<Head> broken) {
        try {
            memory.write(checkpoint, broken);
        } catch (IOException e) {
            LOG.warn("the last audit checkpoint cannot be written to the data directory", e);
        }
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
                        lastSeq() + 1,
                        e);
            }
            failing = true;
            return false;
        }
    }
}
