package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditchain.Checkpoint;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checkpoints of one chain from one source, in the order in which they were written. For one thread. */
final class CheckpointSource {
    private final boolean outside;
    private final Iterator<Entry> entries;
    private @Nullable Entry next;
    private Optional<Checkpoint> before = Optional.empty();

    /**
     * A checkpoint as the source has it.
     *
     * @param where the line or row, for people
     * @param key the key that must have signed it; empty if that is unknown
     * @param checkpoint empty if it cannot be read
     */
    record Entry(String where, Optional<String> key, Optional<Checkpoint> checkpoint) {
        /** An entry whose place says so if its signature cannot be checked. */
        static Entry of(String where, Optional<String> key, Optional<Checkpoint> checkpoint) {
            String place = key.isPresent() || checkpoint.isEmpty() ? where : where + ", signature not checked";
            return new Entry(place, key, checkpoint);
        }

        /** The reason why the checkpoint is not valid, if there is one. */
        Optional<String> fault() {
            if (checkpoint.isEmpty()) {
                return Optional.of(where + " cannot be read");
            }
            boolean valid = key.map(checkpoint.get()::isSignedBy).orElse(true);
            return valid ? Optional.empty() : Optional.of(where + " is not signed by the key of its node");
        }
    }

    /**
     * A source of checkpoints.
     *
     * @param outside true if it is outside of the store
     */
    CheckpointSource(boolean outside, Iterator<Entry> entries) {
        this.outside = outside;
        this.entries = entries;
    }

    /** The checkpoints in the store, up to the last one at the time of the call. */
    static CheckpointSource of(ChainStore chains, String node, Optional<String> key) {
        Iterator<Checkpoint> rows = chains.checkpoints(node);
        long last = chains.lastCheckpoint(node).map(Checkpoint::seq).orElse(-1L);
        return new CheckpointSource(false, new Iterator<>() {
            private long seen = -1;

            @Override
            public boolean hasNext() {
                return seen < last && rows.hasNext();
            }

            @Override
            public Entry next() {
                Checkpoint row = rows.next();
                seen = row.seq();
                return Entry.of("the store's checkpoint of record " + row.seq(), key, Optional.of(row));
            }
        });
    }

    boolean isOutside() {
        return outside;
    }

    /** The next entry, which stays the next one until {@link #skip}. */
    Optional<Entry> peek() {
        if (next == null && entries.hasNext()) {
            next = entries.next();
        }
        return Optional.ofNullable(next);
    }

    /** Takes the next entry, which was valid. */
    void skip() {
        before = peek().flatMap(Entry::checkpoint);
        next = null;
    }

    /** The last entry that was taken. */
    Optional<Checkpoint> last() {
        return before;
    }

    /** The reason why an entry is not the one after the last: a file lost lines of its own; a store may lack some. */
    Optional<String> gap(Entry entry) {
        boolean follows = !outside
                || entry.checkpoint()
                        .filter(checkpoint -> checkpoint.follows(before))
                        .isPresent();
        return follows
                ? Optional.empty()
                : Optional.of(entry.where() + " does not name the checkpoint before it: "
                        + before.map(last -> "lines after checkpoint " + last.number() + " are missing")
                                .orElse("lines before it are missing"));
    }
}
