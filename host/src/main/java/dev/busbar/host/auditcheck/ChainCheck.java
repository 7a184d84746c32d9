package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.Checkpoint;
import dev.busbar.host.auditcheck.Verification.Fault;
import dev.busbar.host.auditcheck.Verification.Kind;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Check of one chain: walks its records from the first on, compares them with the checkpoints of all sources, and stops
 * at the first fault. Holds one record at a time. For one thread, once.
 */
final class ChainCheck {
    private static final long MAX_DISTANCE = 100_000;

    private final String node;
    private final Known known;
    private final List<CheckpointSource> sources;
    private final boolean signaturesChecked;
    private long records;
    private long last;
    private String previous = AuditRecord.NOTHING;
    private long checkpoints;
    private long coveredInside;
    private long coveredOutside;
    private Optional<Instant> uncoveredSince = Optional.empty();
    private Optional<Fault> fault = Optional.empty();

    /**
     * What is known of a chain apart from its records and checkpoints, read before them; each is empty if it is unknown.
     *
     * @param head its stored head
     * @param walked the last record that its node has seen and believed
     * @param signed the last checkpoint that its node has signed
     * @param overdue the time before which every record must be covered by a checkpoint
     */
    record Known(Optional<Head> head, Optional<Head> walked, Optional<Checkpoint> signed, Optional<Instant> overdue) {
        /** An export, of which only the age of its records is known. */
        static Known export(Optional<Instant> overdue) {
            return new Known(Optional.empty(), Optional.empty(), Optional.empty(), overdue);
        }
    }

    /**
     * A chain to be checked.
     *
     * @param signaturesChecked true if the sources know the key that must have signed
     */
    ChainCheck(String node, Known known, List<CheckpointSource> sources, boolean signaturesChecked) {
        this.node = node;
        this.known = known;
        this.sources = sources;
        this.signaturesChecked = signaturesChecked;
    }

    /** Checks the records in the order of their numbers. */
    Verification.Chain walk(Iterator<AuditRecord> chain) {
        while (fault.isEmpty() && chain.hasNext()) {
            fault = check(chain.next());
        }
        if (fault.isEmpty()) {
            fault = end();
        }
        long end = Math.max(last, known.head().map(Head::seq).orElse(0L));
        return new Verification.Chain(
                node, records, last, checkpoints, covered(), isOutside(), signaturesChecked, end - covered(), fault);
    }

    private boolean isOutside() {
        return sources.stream().anyMatch(CheckpointSource::isOutside);
    }

    private long covered() {
        return isOutside() ? coveredOutside : coveredInside;
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
            return fault(next, placeOf(next));
        }
        if (!next.previous().equals(previous)) {
            return fault(Kind.REWRITTEN, place, "record " + place + " does not follow the record before it");
        }
        records++;
        last = place;
        previous = next.hash();
        if (uncoveredSince.isEmpty() && !next.isSpooled()) {
            uncoveredSince = Optional.of(next.at());
        }
        return compare(known.head(), "the one with which the chain says it ends")
                .or(this::compareCheckpoints)
                .or(() -> compare(known.walked(), "the one that its node has seen"));
    }

    private Optional<Fault> compare(Optional<Head> place, String what) {
        return place.filter(end -> end.seq() == last && !end.hash().equals(previous))
                .flatMap(end -> fault(Kind.REWRITTEN, last, "record " + last + " is not " + what));
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

    /** The number with which the hash of a record fits: a moved record has one, an edited record has none. */
    private static Optional<Long> placeOf(AuditRecord record) {
        for (long step = 1; step <= MAX_DISTANCE; step++) {
            if (record.hashAt(record.seq() + step).equals(record.hash())) {
                return Optional.of(record.seq() + step);
            }
            if (step < record.seq() && record.hashAt(record.seq() - step).equals(record.hash())) {
                return Optional.of(record.seq() - step);
            }
        }
        return Optional.empty();
    }

    /** Compares the checkpoints of the record that was just checked. */
    private Optional<Fault> compareCheckpoints() {
        for (CheckpointSource source : sources) {
            for (Optional<CheckpointSource.Entry> next = source.peek(); next.isPresent(); next = source.peek()) {
                CheckpointSource.Entry entry = next.get();
                Optional<String> invalid = entry.fault().or(() -> source.gap(entry));
                if (invalid.isPresent()) {
                    return fault(Kind.CHECKPOINT, last, invalid.get());
                }
                Checkpoint signed = entry.checkpoint().orElseThrow();
                if (signed.seq() > last) {
                    break;
                }
                if (signed.seq() < last) {
                    return fault(
                            Kind.CHECKPOINT, last, entry.where() + " is of an earlier record than the one before it");
                }
                if (!signed.hash().equals(previous)) {
                    return fault(Kind.REWRITTEN, covered(source) + 1, rewritten(entry.where(), covered(source)));
                }
                count(source);
            }
        }
        return Optional.empty();
    }

    private void count(CheckpointSource source) {
        source.skip();
        checkpoints++;
        if (source.isOutside() || !isOutside()) {
            uncoveredSince = Optional.empty();
        }
        if (source.isOutside()) {
            coveredOutside = last;
        } else {
            coveredInside = last;
        }
    }

    private long covered(CheckpointSource source) {
        return source.isOutside() ? coveredOutside : coveredInside;
    }

    private String rewritten(String where, long fits) {
        return "record " + last + " is not the one that was signed (" + where + "): records from " + (fits + 1)
                + " on may have been rewritten";
    }

    /** Compares the end of the records with the head and the remaining checkpoints. */
    private Optional<Fault> end() {
        for (CheckpointSource source : sources) {
            Optional<CheckpointSource.Entry> next = source.peek();
            if (next.isPresent()) {
                CheckpointSource.Entry entry = next.get();
                return entry.fault()
                        .or(() -> source.gap(entry))
                        .map(why -> new Fault(Kind.CHECKPOINT, last, why))
                        .or(() -> truncated(entry.checkpoint().orElseThrow().seq(), entry.where()));
            }
        }
        return truncated(known.head(), "the head of the chain")
                .or(() -> truncated(known.walked(), "its node has seen it"))
                .or(this::lostCheckpoints)
                .or(this::overdue);
    }

    private Optional<Fault> truncated(Optional<Head> place, String where) {
        return place.filter(end -> end.seq() > last).flatMap(end -> truncated(end.seq(), where));
    }

    /** The file must end with the last checkpoint that the node has signed, or a later one. */
    private Optional<Fault> lostCheckpoints() {
        long signed = known.signed().map(Checkpoint::number).orElse(0L);
        long found = sources.stream()
                .filter(CheckpointSource::isOutside)
                .flatMap(source -> source.last().stream())
                .mapToLong(Checkpoint::number)
                .findFirst()
                .orElse(0);
        String what = isOutside()
                ? "the file of checkpoints ends with checkpoint " + found
                : "the file of checkpoints does not exist";
        return found >= signed
                ? Optional.empty()
                : fault(Kind.CHECKPOINT, last, what + ", but this node has written checkpoint " + signed + " to it");
    }

    private Optional<Fault> overdue() {
        return uncoveredSince
                .filter(time -> known.overdue().filter(time::isBefore).isPresent())
                .flatMap(time -> fault(
                        Kind.UNPROTECTED,
                        covered() + 1,
                        "records from " + (covered() + 1) + " on are older than "
                                + known.overdue().orElseThrow() + ", but no checkpoint covers them"));
    }

    private Optional<Fault> truncated(long known, String where) {
        return fault(
                Kind.TRUNCATED,
                last + 1,
                "the chain ends with record " + last + ", but there was a record " + known + " (" + where + ")");
    }
}
