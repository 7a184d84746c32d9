package dev.busbar.host.node;

import dev.busbar.host.store.Database;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The processes that run under the names of nodes, in the store that all nodes share. Thread-safe. */
final class NodeStore {
    private final Database database;

    /**
     * A node as the store knows it.
     *
     * @param incarnation the process that has the name; null when it has stopped in good order
     * @param beat raised by that process every second
     * @param silent whether that was more than a minute ago
     */
    record Entry(@Nullable String incarnation, long beat, boolean silent) {}

    private record Row(String name, String incarnation, long beat, Instant seenAt) {}

    NodeStore(Database database) {
        this.database = database;
    }

    Optional<Entry> find(String name) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select incarnation, beat,"
                        + " case when seen_at < current_timestamp - interval '1' minute then true else false end"
                        + " as silent from node where name = ?")
                .bind(0, name)
                .map((row, context) ->
                        new Entry(row.getString("incarnation"), row.getLong("beat"), row.getBoolean("silent")))
                .findOne());
    }

    /** Gives a name to a process that nobody has had yet; answers whether nobody was faster. */
    boolean insert(String name, String incarnation, Instant now) {
        return database.jdbi()
                .withHandle(handle -> database.insert(
                        handle,
                        "insert into node (name, incarnation, beat, seen_at)"
                                + " values (:name, :incarnation, :beat, :seenAt)",
                        new Row(name, incarnation, 1, now)));
    }

    /** Gives a name to a process if nothing has happened to it since it was found so; answers whether that was so. */
    boolean take(String name, Entry found, String incarnation) {
        return change(
                        "update node set incarnation = ?, beat = beat + 1, seen_at = current_timestamp"
                                + " where name = ? and beat = ?",
                        incarnation,
                        name,
                        found.beat())
                > 0;
    }

    /** Says that a process lives; answers whether it still has its name. */
    boolean beat(String name, String incarnation) {
        return change(
                        "update node set beat = beat + 1, seen_at = current_timestamp"
                                + " where name = ? and incarnation = ?",
                        name,
                        incarnation)
                > 0;
    }

    /** A process ends in good order, and may be followed by the next one at once. */
    void release(String name, String incarnation) {
        int unused = change(
                "update node set incarnation = null, beat = beat + 1, seen_at = current_timestamp"
                        + " where name = ? and incarnation = ?",
                name,
                incarnation);
    }

    private int change(String statement, Object... values) {
        return database.jdbi().withHandle((Handle handle) -> handle.execute(statement, values));
    }
}
