package dev.busbar.host.auditchain;

import dev.busbar.host.store.Database;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints in the store, which reveal damage by a bug or by hand; anyone who can write to the store can remove them.
 * Safe for any number of threads.
 */
final class CheckpointStore {
    private static final RowMapper<CheckpointRow> ROWS = ConstructorMapper.of(CheckpointRow.class);

    private final Database database;

    private record CheckpointRow(
            String node,
            long seq,
            String hash,
            long atNanos,
            @Nullable Long number,
            @Nullable String previous,
            String signature) {
        static CheckpointRow of(Checkpoint checkpoint) {
            return new CheckpointRow(
                    checkpoint.node(),
                    checkpoint.seq(),
                    checkpoint.hash(),
                    Nanos.of(checkpoint.at()),
                    checkpoint.link().map(Checkpoint.Link::number).orElse(null),
                    checkpoint.link().map(Checkpoint.Link::previous).orElse(null),
                    checkpoint.signature());
        }

        Checkpoint checkpoint() {
            Optional<Checkpoint.Link> link = number == null || previous == null
                    ? Optional.empty()
                    : Optional.of(new Checkpoint.Link(number, previous));
            return new Checkpoint(node, seq, hash, Nanos.toInstant(atNanos), link, signature);
        }
    }

    CheckpointStore(Database database) {
        this.database = database;
    }

    void put(Checkpoint checkpoint) {
        boolean unused = database.jdbi()
                .inTransaction(handle -> database.insert(
                        handle,
                        "insert into audit_checkpoint (node, seq, hash, at_nanos, number, previous, signature) values"
                                + " (:node, :seq, :hash, :atNanos, :number, :previous, :signature)",
                        CheckpointRow.of(checkpoint)));
    }

    /** The nodes of all checkpoints, in order. */
    List<String> nodes() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select distinct node from audit_checkpoint order by node")
                        .mapTo(String.class)
                        .list());
    }

    Optional<Checkpoint> last(String node) {
        return list("select * from audit_checkpoint where node = ? and seq > ? order by seq desc limit ?", node, -1, 1)
                .stream()
                .findFirst();
    }

    /** The next checkpoints of a chain after a record, in order. */
    List<Checkpoint> after(String node, long seq, int max) {
        return list("select * from audit_checkpoint where node = ? and seq > ? order by seq limit ?", node, seq, max);
    }

    private List<Checkpoint> list(String query, String node, long seq, int max) {
        return database.jdbi().withHandle(handle -> handle.createQuery(query)
                .bind(0, node)
                .bind(1, seq)
                .bind(2, max)
                .map(ROWS)
                .map(CheckpointRow::checkpoint)
                .list());
    }
}
