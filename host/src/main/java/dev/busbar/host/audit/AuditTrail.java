package dev.busbar.host.audit;

import dev.busbar.host.store.Transaction;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The audit trail as features see it: a place to record audit events. Implemented by {@code auditlog}. May be called from
 * any thread; all methods but {@link #count} use the store, so not from a thread that must not block.
 *
 * <p>A change on request calls {@link #append(Transaction, AuditEvent)} in its own transaction. A containment action,
 * which removes a right or a version (revoke, disable, roll back), goes through {@link #contain} instead: it must work while the
 * store cannot be written.
 */
public interface AuditTrail {
    /** Where a containment action was stored. */
    enum Containment {
        /** The change and its audit event are committed. */
        STORED,
        /** The store cannot be written: both are in the reserved spool, and are committed when it can be. */
        SPOOLED
    }

    /**
     * Records an event in the transaction of its change, so that both are committed or neither. Until that transaction
     * ends nothing else can be recorded on this node: make it the last statement.
     *
     * @throws dev.busbar.plugin.ProblemException 503 while containment actions wait in the spool: they would overwrite
     *     this later change
     * @throws RuntimeException when the event cannot be recorded; the change must not be committed then
     */
    void append(Transaction transaction, AuditEvent event);

    /** Records an event without a change in the store, or of a change that is committed already. */
    void append(AuditEvent event);

    /**
     * Counts an event: those of one actor, action and target from one network are recorded together, some seconds after the
     * first of them, and then once in a while.
     * For events that clients can cause at will, such as refusals. Cheap, never blocks, never throws.
     */
    void count(AuditEvent event);

    /**
     * Applies a containment action and records it in one transaction; where the store cannot be written, both are spooled
     * and applied later, in order. Either way the caller makes the action take effect in this process.
     *
     * @param payload the input of the action's {@link #register registered} handler
     * @throws IllegalStateException when the spool is full or cannot be written either
     * @throws RuntimeException that of the handler, such as a problem; nothing is changed then
     */
    Containment contain(AuditEvent event, String payload);

    /**
     * Registers the handler of a containment action, once, before anything is served.
     *
     * @param action that of its events
     * @param apply writes the change in the transaction; what it throws rolls that back. It may be called again for an
     *     action that was applied already, and much later, by another process: it must be idempotent, need nothing but
     *     the payload, and leave alone what was changed meanwhile for another reason
     * @param pending makes an action that an earlier process spooled take effect in this process while the store cannot
     *     be written; {@code apply} follows when it can. Called before anything is served
     * @param settled told that a spooled action needs no {@code apply} any more: it is committed, or has failed for a
     *     reason of its own. Called outside of any transaction, in the order of the requests, maybe more than once
     */
    void register(
            String action, BiConsumer<Transaction, String> apply, Consumer<String> pending, Consumer<String> settled);

    /** Registers the handler of a containment action that need not know when a spooled one is settled. */
    default void register(String action, BiConsumer<Transaction, String> apply, Consumer<String> pending) {
        register(action, apply, pending, payload -> {});
    }
}
