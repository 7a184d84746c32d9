package dev.busbar.host.auditchain;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * An audit record: an audit event in the hash chain of a node. Immutable.
 *
 * @param node the node of the chain
 * @param seq the number of the record in the chain, from 1 on
 * @param at the time of the event; a spooled containment action is chained later
 * @param event the event
 * @param entry the id of a containment action; empty for any other event
 * @param previous the hash of the record before it, 64 zeros for the first
 * @param hash SHA-256 over all of the above, in lower case hexadecimal digits
 */
public record AuditRecord(
        String node, long seq, Instant at, AuditEvent event, Optional<String> entry, String previous, String hash) {
    /** The previous hash of the first record of a chain. */
    public static final String NOTHING = "0".repeat(64);

    /** The next record of a chain. */
    public static AuditRecord after(Head head, Instant at, AuditEvent event, Optional<String> entry) {
        AuditRecord open = new AuditRecord(head.node(), head.seq() + 1, at, event, entry, head.hash(), "");
        return new AuditRecord(open.node, open.seq, at, event, entry, open.previous, open.computeHash());
    }

    /** The hash that the record must have. */
    public String computeHash() {
        return hashAt(seq);
    }

    /** The hash that the record would have under another number. */
    public String hashAt(long number) {
        Actor actor = event.actor();
        Canonical text = new Canonical("busbar.audit.record.v1")
                .add(previous)
                .add(node)
                .add(number)
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

    /** True for a spooled containment action, which was chained long after its time. */
    public boolean isSpooled() {
        return entry.isPresent() && event.details().containsKey("spooled");
    }

    /** The record as one line of JSON, without characters that end a line or control a terminal. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads the text of {@link #toJson}.
     *
     * @throws IOException when it is no JSON
     * @throws dev.busbar.plugin.ProblemException when a member is missing or has another type
     */
    public static AuditRecord parse(String json) throws IOException {
        return RecordJson.read(json);
    }

    /** The place among the records of all nodes. */
    public Place place() {
        return new Place(at, node, seq);
    }

    /** A place among the records of all nodes, ordered by time. */
    public record Place(Instant at, String node, long seq) {}

    /**
     * A filter of records; an empty component matches every record. Immutable.
     *
     * @param actor the id of the actor
     * @param action the prefix of the action, such as {@code key.}
     * @param target the target
     * @param outcome the outcome
     * @param since the earliest time, inclusive
     * @param until the latest time, exclusive
     */
    public record Filter(
            Optional<String> actor,
            Optional<String> action,
            Optional<String> target,
            Optional<AuditEvent.Outcome> outcome,
            Optional<Instant> since,
            Optional<Instant> until) {
        /** Matches every record. */
        public static final Filter ALL = new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The head of a chain.
     *
     * @param seq the number of its last record; 0 for none
     * @param hash the hash of its last record
     */
    public record Head(String node, long seq, String hash) {
        /** The head of a chain without records. */
        public static Head empty(String node) {
            return new Head(node, 0, NOTHING);
        }
    }
}
