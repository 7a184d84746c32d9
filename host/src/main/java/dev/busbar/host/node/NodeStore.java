package dev.busbar.host.node;

import dev.busbar.host.store.Database;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * The processes that run under the names of nodes, in the store that all nodes share. Times are those of the store's
 * clock, and are shown to operators only: whether a process lives is told by its beat. Thread-safe.
 */
final class NodeStore {
    private static final RowMapper<Entry> ROWS = ConstructorMapper.of(Entry.class);

    /** Much shorter than the time after which a process without a beat counts as dead. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Database database;

    /**
     * A node as it is stored.
     *
     * @param incarnation the process that has the name; null when it has stopped in good order
     * @param beat raised by that process every second
     */
    record Entry(@Nullable String incarnation, long beat) {}

    private record Row(String name, String incarnation) {}

    NodeStore(Database database) {
        this.database = database;
    }

    Optional<Entry> find(String name) {
        return database.change(transaction -> {
            database.limit(transaction, LIMIT);
            return transaction
                    .handle()
                    .createQuery("select incarnation, beat from node where name = ?")
                    .bind(0, name)
                    .map(ROWS)
                    .findOne();
        });
    }

    /** Gives an unknown name to a process; returns whether no other process was faster. */
    boolean insert(String name, String incarnation) {
        return database.change(transaction -> {
            database.limit(transaction, LIMIT);
            return database.insert(
                    transaction.handle(),
                    "insert into node (name, incarnation, beat, seen_at)"
                            + " values (:name, :incarnation, 1, current_timestamp)",
                    new Row(name, incarnation));
        });
    }

    /** Gives a name to a process unless its entry has changed since it was read; returns whether it had not. */
    boolean take(String name, Entry found, String incarnation) {
        return change(
                "update node set incarnation = ?, beat = beat + 1, seen_at = current_timestamp"
                        + " where name = ? and beat = ?",
                incarnation,
                name,
                found.beat());
    }

    /** Raises the beat of a process; returns whether the process still has the name. */
    boolean beat(String name, String incarnation) {
        return change(
                "update node set beat = beat + 1, seen_at = current_timestamp where name = ? and incarnation = ?",
                name,
                incarnation);
    }

    /** Frees the name of a process that ends in good order. */
    void release(String name, String incarnation) {
        boolean unused = change(
                "update node set incarnation = null, beat = beat + 1, seen_at = current_timestamp"
                        + " where name = ? and incarnation = ?",
                name,
                incarnation);
    }

    private boolean change(String statement, Object... values) {
        return database.change(transaction -> {
            database.limit(transaction, LIMIT);
            return transaction.handle().execute(statement, values) > 0;
        });
    }
}
