package dev.busbar.host.audit;

import dev.busbar.core.ProblemType;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
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
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of what was done by whom: one chain for this node, to which everything is appended. Safe for any number of
 * threads. {@code Host} opens it, registers who applies which containment acts, calls {@link #replay} before anything is
 * served, {@link #tick} every now and then, and closes it when nobody writes any more.
 *
 * <p>Whoever changes something on request calls {@link #append(Handle, AuditEvent)} in the transaction of the change. An
 * act that takes power away (revoke, disable, roll back) goes through {@link #contain} instead.
 */
public final class Audit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final int SPOOL_BYTES = 1 << 20;
    private static final int MOST_COUNTED = 1_000;
    private static final int COUNTS_AT_ONCE = 100;
    private static final Duration COUNTING = Duration.ofSeconds(10);

    private final Database database;
    private final Clock clock;
    private final String node;
    private final RecordStore records;
    private final QueryStore queries;
    private final Containment containment;
    private final CheckpointWriter checkpoints;
    private final Verifier verifier;
    private final Tally tally = new Tally(MOST_COUNTED);
    private Instant lastCounted = Instant.EPOCH;

    /**
     * Carries out one kind of containment act in the store. It may be called again for an act that is done already, and
     * long after it was asked for, by a later process: so it must be idempotent, know all it needs from the payload, and
     * leave alone what has changed beyond its concern.
     */
    @FunctionalInterface
    public interface Applier {
        /** Writes the change in the transaction of the handle; what it throws undoes that. */
        void apply(Handle handle, String payload);

        /**
         * Has an act of an earlier process, which waits because the store cannot be written yet, take effect in this
         * one. Called before anything is served; {@link #apply} follows when the store can be written.
         */
        default void pending(String payload) {}
    }

    /** What became of a containment act. */
    public enum Contained {
        /** The change and its record are committed. */
        STORED,
        /** The store cannot be written: both are in the reserved spool, and follow by themselves. */
        SPOOLED
    }

    private Audit(AuditSettings settings, String node, Spool spool, Database database, Clock clock) throws IOException {
        this.database = database;
        this.clock = clock;
        this.node = node;
        this.records = new RecordStore(database);
        this.queries = new QueryStore(database);
        records.begin(node);
        CheckpointStore stored = new CheckpointStore(database);
        Signer signer = Signer.ensure(folder(settings));
        this.checkpoints = new CheckpointWriter(settings, node, records, stored, signer, clock);
        this.verifier = new Verifier(records, stored, settings.checkpoints(), node, signer.publicKey());
        this.containment = new Containment(database, records, node, spool, clock);
    }

    /**
     * Opens the chain of this node; the first time it is begun.
     *
     * @throws IOException when the data directory cannot be written, or what is kept there is damaged
     */
    public static Audit open(AuditSettings settings, Node node, Database database, Clock clock) throws IOException {
        Files.createDirectories(folder(settings));
        Spool spool = Spool.open(folder(settings).resolve("spool"), SPOOL_BYTES);
        try {
            return new Audit(settings, node.name(), spool, database, clock);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static Path folder(AuditSettings settings) {
        return settings.data().resolve("audit");
    }

    /** Says who carries out the containment acts of a kind. Called by {@code Host} before {@link #replay}. */
    public void register(String kind, Applier applier) {
        containment.register(kind, applier);
    }

    /**
     * The same for a feature that sees nothing of the store's handles.
     *
     * @param pending as {@link Applier#pending}
     */
    public void register(String kind, BiConsumer<Transaction, String> applier, Consumer<String> pending) {
        containment.register(kind, new Applier() {
            @Override
            public void apply(Handle handle, String payload) {
                applier.accept(new Transaction(handle), payload);
            }

            @Override
            public void pending(String payload) {
                pending.accept(payload);
            }
        });
    }

    /** The name of this node, which its data directory keeps. */
    public String node() {
        return node;
    }

    /**
     * Records a change in the transaction that makes it, so that both are committed or neither. From then until that
     * transaction ends nobody else on this node can record anything: let it be the last statement.
     *
     * @throws ProblemException 503 while containment acts wait in the spool: what comes later than they is not to be
     *     overwritten by them
     * @throws RuntimeException when the record cannot be written; the change must not be made then
     */
    public void append(Handle handle, AuditEvent event) {
        if (!handle.isInTransaction()) {
            throw new IllegalStateException("audit: " + event.action()
                    + " is recorded outside of a transaction (expected: the one that makes the change)");
        }
        if (containment.isPending()) {
            throw ProblemType.TEMPORARILY_UNAVAILABLE
                    .problem(
                            "The store could not be written a moment ago; what was done meanwhile has to be recorded first.")
                    .withHeader("Retry-After", "2");
        }
        records.append(handle, node, clock.instant(), Texts.fit(event), Optional.empty());
    }

    /** The same where the transaction is that of several features. */
    public void append(Transaction transaction, AuditEvent event) {
        append(transaction.handle(), event);
    }

    /** Records what changes nothing in the store, or was done already. */
    public void append(AuditEvent event) {
        database.jdbi().useTransaction(handle -> append(handle, event));
    }

    /**
     * Counts a failure or a denial: those of one actor, action and target from one network are recorded together, some
     * seconds later. Costs little, never waits for the store, never throws.
     */
    public void count(AuditEvent event) {
        tally.add(event, clock.instant());
    }

    /**
     * Carries out an act that takes power away, and records it, in one transaction; where the store cannot be written
     * both are kept in the reserved spool and follow by themselves, in order. Either way the caller lets the act take
     * effect in this process.
     *
     * @param kind whose applier does it
     * @param payload what that has to know
     * @throws IllegalStateException when the spool is full or cannot be written either
     * @throws RuntimeException what the applier throws by itself, such as a problem; nothing is done then
     */
    public Contained contain(String kind, String payload, AuditEvent event) {
        return containment.contain(kind, payload, event);
    }

    /**
     * Carries out and chains what waits in the spool, each once. Called by {@code Host} before anything is served; when
     * the store cannot be written even then, what waits takes effect in this process, and waits until a {@link #tick}.
     */
    public void replay() {
        try {
            containment.replay();
        } catch (RuntimeException e) {
            LOG.warn("containment acts wait on in the audit spool: the store cannot be written", e);
        }
    }

    /** Chains what waits in the spool, writes what was counted, and a checkpoint where one is due. Never throws. */
    public void tick() {
        write(false);
    }

    private void write(boolean end) {
        replay();
        Instant now = clock.instant();
        if (end || Duration.between(lastCounted, now).abs().compareTo(COUNTING) >= 0) {
            lastCounted = now;
            recordCounts();
        }
        try {
            checkpoints.write(end);
        } catch (RuntimeException e) {
            LOG.warn("no audit checkpoint could be written", e);
        }
    }

    /** Some at a time, so that others get their turn at the chain. */
    private void recordCounts() {
        List<Tally.Count> counts = tally.take();
        int done = 0;
        try {
            while (done < counts.size()) {
                int next = Math.min(counts.size(), done + COUNTS_AT_ONCE);
                List<Tally.Count> some = counts.subList(done, next);
                database.jdbi().useTransaction(handle -> some.forEach(count -> append(handle, count.counted())));
                done = next;
            }
        } catch (RuntimeException e) {
            tally.giveBack(counts.subList(done, counts.size()));
            LOG.warn("failures and denials could not be recorded; they are kept and counted on", e);
        }
    }

    /**
     * The latest records before a place, the latest first.
     *
     * @param before empty for the very latest
     */
    public List<AuditRecord> latest(AuditQuery query, Optional<AuditRecord.Place> before, int most) {
        return queries.latest(query, before, most);
    }

    /** Hands on every record that fits, chain by chain, each in its order; holds a page of them at a time. */
    public void export(AuditQuery query, Consumer<AuditRecord> to) {
        for (String each : records.nodes()) {
            new Pages<>(seq -> queries.chained(query, each, seq, Pages.ROWS), AuditRecord::seq).forEachRemaining(to);
        }
    }

    /** Checks all chains of the store; that of this node also against the file of checkpoints. Takes a while. */
    public Verification verify() {
        return verifier.verify();
    }

    /** Records what was counted, and signs the end of the chain. Called when nobody records anything any more. */
    @Override
    public void close() {
        write(true);
        containment.close();
    }
}
