package dev.busbar.host.auditlog;

import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was signed of one chain, from one place, in the order in which it was written. For one thread. */
final class Witness {
    private final boolean outside;
    private final Iterator<Statement> all;
    private @Nullable Statement next;

    /**
     * One thing that was signed.
     *
     * @param where the line or row, for a person
     * @param key who has to have signed it; empty where that is not known
     * @param checkpoint empty where it cannot be read
     */
    record Statement(String where, Optional<String> key, Optional<Checkpoint> checkpoint) {
        /** One that says so where nobody can tell who has signed it. */
        static Statement of(String where, Optional<String> key, Optional<Checkpoint> checkpoint) {
            String said = key.isPresent() || checkpoint.isEmpty() ? where : where + ", signature not checked";
            return new Statement(said, key, checkpoint);
        }

        /** Why it cannot be believed, if so. */
        Optional<String> fault() {
            if (checkpoint.isEmpty()) {
                return Optional.of(where + " cannot be read");
            }
            boolean genuine = key.map(checkpoint.get()::isSignedBy).orElse(true);
            return genuine ? Optional.empty() : Optional.of(where + " is not signed by the key of its node");
        }
    }

    /**
     * A witness.
     *
     * @param outside whether it does not belong to the store
     */
    Witness(boolean outside, Iterator<Statement> all) {
        this.outside = outside;
        this.all = all;
    }

    /** What the store says of a chain, up to now. */
    static Witness of(CheckpointStore store, String node, Optional<String> key) {
        Iterator<Checkpoint> rows = new Pages<>(seq -> store.after(node, seq, Pages.ROWS), Checkpoint::seq);
        long last = store.last(node).map(Checkpoint::seq).orElse(-1L);
        return new Witness(false, new Iterator<>() {
            private long seen = -1;

            @Override
            public boolean hasNext() {
                return seen < last && rows.hasNext();
            }

            @Override
            public Statement next() {
                Checkpoint row = rows.next();
                seen = row.seq();
                return Statement.of("the store's checkpoint of record " + row.seq(), key, Optional.of(row));
            }
        });
    }

    boolean isOutside() {
        return outside;
    }

    /** The next statement, which stays the next until it is {@link #skip skipped}. */
    Optional<Statement> peek() {
        if (next == null && all.hasNext()) {
            next = all.next();
        }
        return Optional.ofNullable(next);
    }

    void skip() {
        next = null;
    }
}
