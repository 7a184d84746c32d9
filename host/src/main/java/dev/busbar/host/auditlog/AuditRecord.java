package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * One link of a chain. Immutable.
 *
 * @param node whose chain it is
 * @param seq its place in that, from 1 on
 * @param at when it happened; a containment act that had to wait is chained later than that
 * @param event what happened
 * @param entry the id of a containment act; empty for everything else
 * @param previous the hash of the record before it, 64 zeros for the first
 * @param hash SHA-256 over all of the above, in lower case hexadecimal digits
 */
public record AuditRecord(
        String node, long seq, Instant at, AuditEvent event, Optional<String> entry, String previous, String hash) {
    /** What the first record of a chain follows. */
    static final String NOTHING = "0".repeat(64);

    /** The next record of a chain. */
    static AuditRecord after(Head head, Instant at, AuditEvent event, Optional<String> entry) {
        AuditRecord open = new AuditRecord(head.node(), head.seq() + 1, at, event, entry, head.hash(), "");
        return new AuditRecord(open.node, open.seq, at, event, entry, open.previous, open.computeHash());
    }

    /** The hash that the record has to have. */
    String computeHash() {
        return hashAt(seq);
    }

    /** The hash that it would have at another place. */
    String hashAt(long place) {
        Actor actor = event.actor();
        Canonical text = new Canonical("busbar.audit.record.v1")
                .add(previous)
                .add(node)
                .add(place)
                .add(at)
                .add(actor.id())
                .add(actor.kind())
                .add(actor.keyId())
                .add(actor.address())
                .add(actor.correlationId())
                .add(event.action())
                .add(event.target())
                .add(event.outcome().name())
                .add(entry)
                .add(event.details().size());
        for (Map.Entry<String, String> detail : event.details().entrySet()) {
            text.add(detail.getKey()).add(detail.getValue());
        }
        return HexFormat.of().formatHex(text.sha256());
    }

    /** One line of JSON; nothing in it ends the line or steers a terminal. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /** Where it stands among the records of all nodes. */
    public Place place() {
        return new Place(at, node, seq);
    }

    /** A place among the records of all nodes, in the order of time. */
    public record Place(Instant at, String node, long seq) {}

    /**
     * Where a chain ends.
     *
     * @param seq of its last record; 0 for none
     * @param hash of its last record
     */
    record Head(String node, long seq, String hash) {
        static Head empty(String node) {
            return new Head(node, 0, NOTHING);
        }
    }
}
