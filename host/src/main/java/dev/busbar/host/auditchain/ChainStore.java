package dev.busbar.host.auditchain;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord.Filter;
import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.AuditRecord.Place;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The chains of all nodes in the store: records, the head of each chain, and checkpoints. Safe for any number of threads;
 * all methods use the store, so not from a thread that must not block. The iterators read page by page, and are for one
 * thread.
 */
public final class ChainStore {
    private final Database database;
    private final RecordStore records;
    private final CheckpointStore checkpoints;
    private final QueryStore queries;

    /** The chains in a database. */
    public ChainStore(Database database) {
        this.database = database;
        this.records = new RecordStore(database);
        this.checkpoints = new CheckpointStore(database);
        this.queries = new QueryStore(database);
    }

    /** Begins the chain of a node, unless it has begun. */
    public void begin(String node) {
        records.begin(node);
    }

    /** Begins the chain of a node in a transaction; it must not have begun. */
    public void begin(Transaction transaction, String node) {
        RecordStore.begin(transaction, node);
    }

    /**
     * Appends a record to the chain of a node, and locks the chain until the transaction ends.
     *
     * @param entry the id of a containment action; empty for any other event
     * @throws IllegalStateException outside of a transaction
     */
    public void append(Transaction transaction, String node, Instant at, AuditEvent event, Optional<String> entry) {
        records.append(transaction, node, at, event, entry);
    }

    /** True if a chain has the record of a containment action. */
    public boolean contains(Transaction transaction, String entry) {
        return RecordStore.contains(transaction, entry);
    }

    /** The nodes of all chains that have a head, a record or a checkpoint in the store, in order. */
    public Set<String> nodes() {
        Set<String> nodes = new TreeSet<>(records.nodes());
        nodes.addAll(checkpoints.nodes());
        return nodes;
    }

    /** The stored head of a chain; empty if the chain has not begun, or its head was deleted. */
    public Optional<Head> head(String node) {
        return records.head(node);
    }

    /** All records of a chain, in order. */
    public Iterator<AuditRecord> records(String node) {
        return new Pages<>(seq -> records.after(node, seq, Pages.ROWS), AuditRecord::seq);
    }

    /** The records of a chain after a record, in order. */
    public Iterator<AuditRecord> records(Head after) {
        return new Pages<>(
                seq -> records.after(after.node(), Math.max(seq, after.seq()), Pages.ROWS), AuditRecord::seq);
    }

    /** Returns when the records that have been read are certain to stay; see {@link Database#ensureWritten}. */
    public void ensureWritten() {
        database.ensureWritten();
    }

    /** All checkpoints of a chain, in order. */
    public Iterator<Checkpoint> checkpoints(String node) {
        return new Pages<>(seq -> checkpoints.after(node, seq, Pages.ROWS), Checkpoint::seq);
    }

    /** The last checkpoint of a chain. */
    public Optional<Checkpoint> lastCheckpoint(String node) {
        return checkpoints.last(node);
    }

    /** Stores a checkpoint beside its chain. */
    public void put(Checkpoint checkpoint) {
        checkpoints.put(checkpoint);
    }

    /**
     * The latest matching records before a place, the latest first.
     *
     * @param before empty to begin at the latest record
     */
    public List<AuditRecord> latest(Filter filter, Optional<Place> before, int max) {
        return queries.latest(filter, before, max);
    }

    /** Passes on every matching record, chain by chain, each in its order; holds one page in memory. */
    public void export(Filter filter, Consumer<AuditRecord> to) {
        for (String node : records.nodes()) {
            new Pages<>(seq -> queries.chained(filter, node, seq, Pages.ROWS), AuditRecord::seq).forEachRemaining(to);
        }
    }
}
