package dev.busbar.host.auditchain;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The audit records and heads of all chains in the store. Safe for any number of threads. */
final class RecordStore {
    private static final RowMapper<RecordRow> ROWS = ConstructorMapper.of(RecordRow.class);
    private static final RowMapper<Head> HEADS = ConstructorMapper.of(Head.class);

    private final Database database;

    private record RecordRow(
            String node,
            long seq,
            long atNanos,
            String actor,
            String actorKind,
            @Nullable String keyId,
            @Nullable String address,
            @Nullable String correlationId,
            String action,
            String target,
            String outcome,
            String details,
            @Nullable String entry,
            String previous,
            String hash) {
        static RecordRow of(AuditRecord record) {
            AuditEvent event = record.event();
            Actor actor = event.actor();
            return new RecordRow(
                    record.node(),
                    record.seq(),
                    Nanos.of(record.at()),
                    actor.id(),
                    actor.kind(),
                    actor.keyId().orElse(null),
                    actor.address().orElse(null),
                    actor.correlationId().orElse(null),
                    event.action(),
                    event.target(),
                    event.outcome().name(),
                    Json.object(event.details()),
                    record.entry().orElse(null),
                    record.previous(),
                    record.hash());
        }

        AuditRecord record() {
            Actor recorded = new Actor(
                    actor,
                    actorKind,
                    Optional.ofNullable(keyId),
                    Optional.ofNullable(address),
                    Optional.ofNullable(correlationId));
            AuditEvent event =
                    new AuditEvent(action, recorded, target, AuditEvent.Outcome.of(outcome), Json.details(details));
            return new AuditRecord(
                    node, seq, Nanos.toInstant(atNanos), event, Optional.ofNullable(entry), previous, hash);
        }
    }

    RecordStore(Database database) {
        this.database = database;
    }

    /** Begins the chain of a node, unless it has begun. */
    void begin(String node) {
        boolean unused = database.jdbi()
                .inTransaction(handle -> database.insert(
                        handle,
                        "insert into audit_head (node, seq, hash) values (:node, :seq, :hash)",
                        Head.empty(node)));
    }

    /** Begins the chain of a node in a transaction; it must not have begun. */
    static void begin(Transaction transaction, String node) {
        Head head = Head.empty(node);
        int unused = transaction
                .handle()
                .execute("insert into audit_head (node, seq, hash) values (?, ?, ?)", node, head.seq(), head.hash());
    }

    /**
     * Appends a record to a chain, and locks the chain until the transaction ends.
     *
     * @param entry the id of a containment action; empty for any other event
     */
    void append(Transaction transaction, String node, Instant at, AuditEvent event, Optional<String> entry) {
        Handle handle = transaction.handle();
        if (!handle.isInTransaction()) {
            throw new IllegalStateException("audit: " + event.action()
                    + " is recorded outside of a transaction (expected: the one that makes the change)");
        }
        Head head = handle.createQuery("select node, seq, hash from audit_head where node = :node for update")
                .bind("node", node)
                .map(HEADS)
                .findOne()
                .orElseThrow(() -> new IllegalStateException("audit: the head of the chain of node " + node
                        + " is missing (expected: it is never deleted)"));
        AuditRecord next = AuditRecord.after(head, at, event, entry);
        boolean inserted = database.insert(
                handle,
                "insert into audit_record (node, seq, at_nanos, actor, actor_kind, key_id, address, correlation_id,"
                        + " action, target, outcome, details, entry, previous, hash) values (:node, :seq, :atNanos,"
                        + " :actor, :actorKind, :keyId, :address, :correlationId, :action, :target, :outcome,"
                        + " :details, :entry, :previous, :hash)",
                RecordRow.of(next));
        if (!inserted) {
            throw new IllegalStateException("audit: record " + next.seq() + " of node " + node
                    + " exists already (expected: the chain ends at its head, " + head.seq() + ")");
        }
        handle.execute("update audit_head set seq = ?, hash = ? where node = ?", next.seq(), next.hash(), node);
    }

    /** True if a chain has the record of a containment action. */
    static boolean contains(Transaction transaction, String entry) {
        return transaction
                        .handle()
                        .createQuery("select count(*) from audit_record where entry = :entry")
                        .bind("entry", entry)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** The stored head of a chain. */
    Optional<Head> head(String node) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select node, seq, hash from audit_head where node = :node")
                        .bind("node", node)
                        .map(HEADS)
                        .findOne());
    }

    /** The nodes of all chains that have a head or a record, in order. */
    List<String> nodes() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select node from audit_head union select node from audit_record order by node")
                .mapTo(String.class)
                .list());
    }

    /** The next records of a chain after a record, in order. */
    List<AuditRecord> after(String node, long seq, int max) {
        return database.jdbi()
                .withHandle(handle -> list(handle.createQuery(
                                "select * from audit_record where node = :node and seq > :seq order by seq limit :max")
                        .bind("node", node)
                        .bind("seq", seq)
                        .bind("max", max)));
    }

    static List<AuditRecord> list(Query query) {
        return query.map(ROWS).map(RecordRow::record).list();
    }
}
