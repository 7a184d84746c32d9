package dev.busbar.host.auditlog;

import dev.busbar.host.auditlog.AuditRecord.Head;
import dev.busbar.host.auditlog.Verification.Fault;
import dev.busbar.host.auditlog.Verification.Kind;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Walks one chain from its beginning, with those who have witnessed it at its side, to the first thing that is wrong.
 * Holds one record at a time. For one thread, once.
 */
final class ChainCheck {
    private static final long FAR = 100_000;

    private final String node;
    private final Optional<Head> head;
    private final List<Witness> witnesses;
    private final boolean signaturesChecked;
    private long records;
    private long last;
    private String previous = AuditRecord.NOTHING;
    private long checkpoints;
    private long coveredInside;
    private long coveredOutside;
    private Optional<Fault> fault = Optional.empty();

    /**
     * A chain to be checked.
     *
     * @param head where it ended before its records and witnesses are asked; empty where nobody says
     * @param signaturesChecked whether the witnesses know who has to have signed
     */
    ChainCheck(String node, Optional<Head> head, List<Witness> witnesses, boolean signaturesChecked) {
        this.node = node;
        this.head = head;
        this.witnesses = witnesses;
        this.signaturesChecked = signaturesChecked;
    }

    /** Checks records in the order of their places. */
    Verification.Chain walk(Iterator<AuditRecord> chain) {
        while (fault.isEmpty() && chain.hasNext()) {
            fault = check(chain.next());
        }
        if (fault.isEmpty()) {
            fault = end();
        }
        boolean outside = witnesses.stream().anyMatch(Witness::isOutside);
        long covered = outside ? coveredOutside : coveredInside;
        long end = Math.max(last, head.map(Head::seq).orElse(0L));
        return new Verification.Chain(
                node, records, last, checkpoints, covered, outside, signaturesChecked, end - covered, fault);
    }

    private Optional<Fault> check(AuditRecord next) {
        long place = last + 1;
        if (next.seq() < place) {
            return fault(Kind.REORDERED, next.seq(), "record " + next.seq() + " stands before the first");
        }
        if (next.seq() > place) {
            String which = next.seq() == place + 1
                    ? "record " + place + " is"
                    : "records " + place + " to " + (next.seq() - 1) + " are";
            return fault(Kind.MISSING, place, which + " not there, and record " + next.seq() + " is");
        }
        if (!next.computeHash().equals(next.hash())) {
            return fault(next, whereItBelongs(next));
        }
        if (!next.previous().equals(previous)) {
            return fault(Kind.REWRITTEN, place, "record " + place + " does not follow the record before it");
        }
        records++;
        last = place;
        previous = next.hash();
        Optional<Fault> wrongHead = head.filter(
                        end -> end.seq() == last && !end.hash().equals(previous))
                .flatMap(end -> fault(
                        Kind.REWRITTEN, last, "record " + last + " is not the one with which the chain says it ends"));
        return wrongHead.or(this::hear);
    }

    private static Optional<Fault> fault(Kind kind, long seq, String what) {
        return Optional.of(new Fault(kind, seq, what));
    }

    private static Optional<Fault> fault(AuditRecord broken, Optional<Long> belongs) {
        return belongs.map(place -> fault(
                        Kind.REORDERED,
                        broken.seq(),
                        "what stands in the place of record " + broken.seq() + " is record " + place))
                .orElseGet(() -> fault(
                        Kind.EDITED,
                        broken.seq(),
                        "record " + broken.seq() + " does not say what it said when it was chained"));
    }

    /** A record that was moved fits another place; one that was edited fits none. */
    private static Optional<Long> whereItBelongs(AuditRecord it) {
        for (long step = 1; step <= FAR; step++) {
            if (it.hashAt(it.seq() + step).equals(it.hash())) {
                return Optional.of(it.seq() + step);
            }
            if (step < it.seq() && it.hashAt(it.seq() - step).equals(it.hash())) {
                return Optional.of(it.seq() - step);
            }
        }
        return Optional.empty();
    }

    /** What was signed of the record that was just checked. */
    private Optional<Fault> hear() {
        for (Witness witness : witnesses) {
            for (Optional<Witness.Statement> next = witness.peek(); next.isPresent(); next = witness.peek()) {
                Witness.Statement said = next.get();
                Optional<String> unbelievable = said.fault();
                if (unbelievable.isPresent()) {
                    return fault(Kind.CHECKPOINT, last, unbelievable.get());
                }
                Checkpoint signed = said.checkpoint().orElseThrow();
                if (signed.seq() > last) {
                    break;
                }
                if (signed.seq() < last) {
                    return fault(
                            Kind.CHECKPOINT, last, said.where() + " is of an earlier record than the one before it");
                }
                if (!signed.hash().equals(previous)) {
                    return fault(Kind.REWRITTEN, covered(witness) + 1, rewritten(said.where(), covered(witness)));
                }
                heard(witness);
            }
        }
        return Optional.empty();
    }

    private void heard(Witness witness) {
        witness.skip();
        checkpoints++;
        if (witness.isOutside()) {
            coveredOutside = last;
        } else {
            coveredInside = last;
        }
    }

    private long covered(Witness witness) {
        return witness.isOutside() ? coveredOutside : coveredInside;
    }

    private String rewritten(String where, long fits) {
        return "record " + last + " is not the one that was signed (" + where + "): records from " + (fits + 1)
                + " on may have been rewritten";
    }

    /** Nothing follows: is that where it ended? */
    private Optional<Fault> end() {
        for (Witness witness : witnesses) {
            Optional<Witness.Statement> next = witness.peek();
            if (next.isPresent()) {
                Witness.Statement said = next.get();
                return said.fault()
                        .map(why -> new Fault(Kind.CHECKPOINT, last, why))
                        .or(() -> truncated(said.checkpoint().orElseThrow().seq(), said.where()));
            }
        }
        return head.filter(end -> end.seq() > last).flatMap(end -> truncated(end.seq(), "the head of the chain"));
    }

    private Optional<Fault> truncated(long known, String where) {
        return fault(
                Kind.TRUNCATED,
                last + 1,
                "the chain ends with record " + last + ", but there was a record " + known + " (" + where + ")");
    }
}
