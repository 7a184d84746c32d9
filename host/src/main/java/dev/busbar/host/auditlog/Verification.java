package dev.busbar.host.auditlog;

import java.util.List;
import java.util.Optional;

/**
 * What became of checking the chains: the first fault of each, and how much of its end could be cut off or written anew
 * without anybody noticing. Immutable; what the HTTP route answers and the command line prints.
 *
 * @param intact whether no chain has a fault
 * @param chains one a node
 */
public record Verification(boolean intact, List<Chain> chains) {
    static Verification of(List<Chain> chains) {
        return new Verification(chains.stream().allMatch(chain -> chain.fault().isEmpty()), chains);
    }

    /**
     * What became of one chain.
     *
     * @param records how many were checked
     * @param last the number of the last one
     * @param checkpoints how many checkpoints fit
     * @param covered the last record that a checkpoint fits; 0 for none
     * @param outside whether a file outside of the store was compared too; without one the checkpoints are those of the
     *     store, which whoever can write there can remove
     * @param signaturesChecked whether the key of its node is known here; without it a checkpoint is compared and no more,
     *     and whoever can write can have written it
     * @param unprotected how many records come after the one that is covered
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
        /** The same where nothing in the store says where it ends, which is the first fault unless there is another. */
        Chain withoutHead() {
            String what = "the head of the chain is not there: nothing says whether record " + last + " was the last";
            Optional<Fault> first = fault.or(() -> Optional.of(new Fault(Kind.MISSING, last + 1, what)));
            return new Chain(node, records, last, checkpoints, covered, outside, signaturesChecked, unprotected, first);
        }
    }

    /** What can be wrong. */
    public enum Kind {
        /** What a record says is not what it said when it was chained. */
        EDITED,
        /** A record is not there, and later ones are; or nothing says where the chain ends. */
        MISSING,
        /** A record stands where another one belongs. */
        REORDERED,
        /** Records that fit each other, but not what was signed. */
        REWRITTEN,
        /** The end of the chain is not there. */
        TRUNCATED,
        /** A checkpoint that cannot be believed. */
        CHECKPOINT
    }

    /**
     * Where a chain is broken first.
     *
     * @param seq which record
     * @param what one sentence for a person
     */
    public record Fault(Kind kind, long seq, String what) {}
}
