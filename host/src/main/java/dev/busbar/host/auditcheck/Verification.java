package dev.busbar.host.auditcheck;

import java.util.List;
import java.util.Optional;

/**
 * The result of a verification: for each chain the first fault, and how many records at its end could be removed or
 * rewritten without notice. Immutable; the body of the HTTP route's response, printed by the command line.
 *
 * @param intact true if no chain has a fault
 * @param chains one chain for each node
 */
public record Verification(boolean intact, List<Chain> chains) {
    static Verification of(List<Chain> chains) {
        return new Verification(chains.stream().allMatch(chain -> chain.fault().isEmpty()), chains);
    }

    /**
     * The result for one chain.
     *
     * @param records the count of records that were checked
     * @param last the number of the last record
     * @param checkpoints the count of checkpoints that match
     * @param covered the last record with a matching checkpoint; 0 for none
     * @param outside true if a file outside of the store was compared too; checkpoints in the store alone can be removed by
     *     anyone who can write to the store
     * @param signaturesChecked true if the key of the node is known here; a checkpoint whose signature is not checked can be
     *     written by anyone who can write to its source
     * @param unprotected the count of records after the covered one
     */
    public record Chain(
            String node,
            long records,
            long last,
            long checkpoints,
            long covered,
            boolean outside,
            boolean signaturesChecked,
            long unprotected,
            Optional<Fault> fault) {
        /** A copy for a chain whose head is missing in the store, which is the fault unless there is another. */
        Chain withoutHead() {
            String what = "the head of the chain is missing: it is unknown whether record " + last + " was the last";
            Optional<Fault> first = fault.or(() -> Optional.of(new Fault(Kind.MISSING, last + 1, what)));
            return new Chain(node, records, last, checkpoints, covered, outside, signaturesChecked, unprotected, first);
        }
    }

    /** Kind of a fault. */
    public enum Kind {
        /** A record was edited: its hash does not fit. */
        EDITED,
        /** A record is missing before a later one; or the head of the chain is. */
        MISSING,
        /** A record is in the place of another one. */
        REORDERED,
        /** The records fit each other, but not a checkpoint or the head. */
        REWRITTEN,
        /** The end of the chain is missing. */
        TRUNCATED,
        /** A checkpoint is not valid, or is missing. */
        CHECKPOINT,
        /** Records are older than two intervals of checkpoints, and no checkpoint covers them. */
        UNPROTECTED
    }

    /**
     * The first fault of a chain.
     *
     * @param seq the number of the record
     * @param what one sentence for people
     */
    public record Fault(Kind kind, long seq, String what) {}
}
