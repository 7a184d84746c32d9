package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.ChainStore;
import java.util.Iterator;
import java.util.Optional;

/**
 * The walk of this node along its own chain: each record is read once, soon after it was appended, and only what follows
 * the record before it is believed. A chain that was changed behind the walk stops it for good. {@link #advance} is for
 * one thread at a time; the rest may be called from any thread.
 */
final class ChainWalk {
    private final ChainStore chains;
    private volatile Head reached;

    /**
     * A walk that goes on.
     *
     * @param reached the last record that this node has seen and believed
     */
    ChainWalk(ChainStore chains, Head reached) {
        this.chains = chains;
        this.reached = reached;
    }

    /** The last record that was walked. */
    Head reached() {
        return reached;
    }

    /**
     * Walks to the stored head of the chain.
     *
     * @return the reason why the chain does not follow what was walked; empty when it does
     * @throws RuntimeException when the store cannot be read, or could not write what was read: nothing of that is believed
     */
    Optional<String> advance() {
        Head begin = reached;
        Head end = chains.head(begin.node()).orElse(Head.empty(begin.node()));
        if (end.seq() < begin.seq()) {
            return Optional.of(
                    "the chain ends with record " + end.seq() + ", but this node has seen record " + begin.seq());
        }
        Head last = begin;
        Iterator<AuditRecord> records = chains.records(begin);
        while (last.seq() < end.seq() && records.hasNext()) {
            AuditRecord next = records.next();
            if (next.seq() != last.seq() + 1
                    || !next.previous().equals(last.hash())
                    || !next.computeHash().equals(next.hash())) {
                return Optional.of(
                        "record " + next.seq() + " does not follow record " + last.seq() + " as this node has seen it");
            }
            last = new Head(begin.node(), next.seq(), next.hash());
        }
        if (!last.equals(end)) {
            return Optional.of("record " + last.seq() + " is not the one with which the chain says it ends");
        }
        if (!last.equals(begin)) {
            chains.ensureWritten(); // else a record that the store has lost would count as one that was removed
            reached = last;
        }
        return Optional.empty();
    }
}
