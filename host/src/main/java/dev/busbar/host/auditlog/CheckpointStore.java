package dev.busbar.host.auditlog;

import dev.busbar.host.store.Database;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Checkpoints beside the chains. They show what a bug or a careless hand has broken; who can write can remove them. */
final class CheckpointStore {
    private static final RowMapper<Row> ROWS = ConstructorMapper.of(Row.class);

    private final Database database;

    private record Row(String node, long seq, String hash, long atNanos, String signature) {
        Checkpoint checkpoint() {
            return new Checkpoint(node, seq, hash, Nanos.toInstant(atNanos), signature);
        }
    }

    CheckpointStore(Database database) {
        this.database = database;
    }

    void put(Checkpoint it) {
        boolean unused = database.jdbi()
                .inTransaction(handle -> database.insert(
                        handle,
                        "insert into audit_checkpoint (node, seq, hash, at_nanos, signature) values (:node, :seq, :hash,"
                                + " :atNanos, :signature)",
                        new Row(it.node(), it.seq(), it.hash(), Nanos.of(it.at()), it.signature())));
    }

    /** All nodes of which there are checkpoints. */
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

    /** Some checkpoints of a chain behind a place, in order. */
    List<Checkpoint> after(String node, long seq, int most) {
        return list("select * from audit_checkpoint where node = ? and seq > ? order by seq limit ?", node, seq, most);
    }

    private List<Checkpoint> list(String query, String node, long seq, int most) {
        return database.jdbi().withHandle(handle -> handle.createQuery(query)
                .bind(0, node)
                .bind(1, seq)
                .bind(2, most)
                .map(ROWS)
                .map(Row::checkpoint)
                .list());
    }
}
