package dev.busbar.host.auditlog;

import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditchain.Checkpoint;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail of this node: one hash chain, to which every event is appended. May be called from any thread.
 * {@code Host} opens it, calls {@link #replay} when the handlers of all containment actions are registered and before
 * anything is served, {@link #tick} every second, and closes it when nothing records any more.
 */
public final class AuditLog implements AuditTrail, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int SPOOL_BYTES = 1 << 20;
    private static final int MAX_COUNTS = 1_000;
    private static final int UNKNOWN_PER_HOUR = 600;
    private static final int COUNTS_PER_TRANSACTION = 100;
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);

    private final Database database;
    private final Clock clock;
    private final String node;
    private final ChainStore chains;
    private final Signer signer;
    private final ContainmentQueue containment;
    private final CheckpointWriter checkpoints;
    private final Tally tally = new Tally(MAX_COUNTS, UNKNOWN_PER_HOUR);
    private Instant lastCounted = Instant.EPOCH;

    private AuditLog(AuditSettings settings, String node, Spool spool, Database database, Clock clock)
            throws IOException {
        this.database = database;
        this.clock = clock;
        this.node = node;
        this.chains = new ChainStore(database);
        chains.begin(node);
        this.signer = Signer.ensure(folder(settings));
        this.checkpoints = new CheckpointWriter(settings, node, chains, signer, clock);
        this.containment = new ContainmentQueue(database, chains, node, spool, clock);
    }

    /**
     * Opens the chain of this node, and begins it the first time.
     *
     * @throws IOException when the data directory cannot be written, or a file of it is damaged
     */
    public static AuditLog open(AuditSettings settings, Node node, Database database, Clock clock) throws IOException {
        Files.createDirectories(folder(settings));
        Spool spool = Spool.open(folder(settings).resolve("spool"), SPOOL_BYTES);
        try {
            return new AuditLog(settings, node.name(), spool, database, clock);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static Path folder(AuditSettings settings) {
        return settings.data().resolve("audit");
    }

    @Override
    public void register(
            String action, BiConsumer<Transaction, String> apply, Consumer<String> pending, Consumer<String> settled) {
        containment.register(action, new ContainmentQueue.Handler(apply, pending, settled));
    }

    /** The name of this node. */
    public String node() {
        return node;
    }

    /** The public key of this node's checkpoints, X.509 in base64. */
    public String publicKey() {
        return signer.publicKey();
    }

    /** The last checkpoint that this node has signed. */
    public Optional<Checkpoint> lastCheckpoint() {
        return checkpoints.last();
    }

    /** The last record of its chain that this node has seen and believed; the chain must hold it as it was. */
    public AuditRecord.Head walked() {
        return checkpoints.walked();
    }

    @Override
    public void append(Transaction transaction, AuditEvent event) {
        if (containment.isPending()) {
            throw ProblemType.TEMPORARILY_UNAVAILABLE
                    .problem(
                            "The store could not be written a moment ago; containment actions taken since must be recorded first.")
                    .withHeader("Retry-After", "2");
        }
        chains.append(transaction, node, clock.instant(), Texts.fit(event), Optional.empty());
    }

    @Override
    public void append(AuditEvent event) {
        appendAll(List.of(event));
    }

    private void appendAll(List<AuditEvent> events) {
        database.change(transaction -> {
            events.forEach(event -> append(transaction, event));
            return events;
        });
    }

    @Override
    public void count(AuditEvent event) {
        tally.add(event, clock.instant());
    }

    @Override
    public AuditTrail.Containment contain(AuditEvent event, String payload) {
        return containment.contain(event, payload);
    }

    /**
     * Applies and records the containment actions of the spool, each once. When the store cannot be written, they take
     * effect in this process, and wait until a {@link #tick}.
     */
    public void replay() {
        try {
            containment.replay();
        } catch (RuntimeException e) {
            LOG.warn("containment actions stay in the audit spool: the store cannot be written", e);
        }
    }

    /** Records the spooled containment actions and the counts, and writes a checkpoint where one is due. Never throws. */
    public void tick() {
        write(false);
    }

    private void write(boolean end) {
        replay();
        Instant now = clock.instant();
        if (end || Duration.between(lastCounted, now).abs().compareTo(COUNT_INTERVAL) >= 0) {
            lastCounted = now;
            recordCounts(now, end);
        }
        try {
            checkpoints.write(end);
        } catch (RuntimeException e) {
            LOG.warn("no audit checkpoint could be written", e);
        }
    }

    /** Records the counts in several transactions, so that changes on request do not wait for all of them. */
    private void recordCounts(Instant now, boolean end) {
        List<Tally.Count> counts = tally.take(now, end);
        int done = 0;
        try {
            while (done < counts.size()) {
                int next = Math.min(counts.size(), done + COUNTS_PER_TRANSACTION);
                appendAll(counts.subList(done, next).stream()
                        .map(Tally.Count::counted)
                        .toList());
                done = next;
            }
        } catch (RuntimeException e) {
            tally.restore(counts.subList(done, counts.size()));
            LOG.warn("counted audit events could not be recorded; they are recorded later", e);
        }
    }

    /** Records the counts, and signs the end of the chain. Called when nothing records any more. */
    @Override
    public void close() {
        write(true);
        containment.close();
    }
}
