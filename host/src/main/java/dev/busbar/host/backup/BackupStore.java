package dev.busbar.host.backup;

import dev.busbar.host.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What all nodes know of backups: the epoch of the store, the last good backup, and who makes one. Thread-safe. */
final class BackupStore {
    private final Database database;

    /**
     * The state of automatic backups, by the clock of the database.
     *
     * @param version changes with each claim
     * @param now the time of the read
     * @param busyUntil before that no node may begin one
     * @param goodAt the time of the last good backup
     */
    record State(long version, Instant now, Optional<Instant> busyUntil, Optional<Instant> goodAt) {
        private static State of(long version, Instant now, @Nullable Instant busyUntil, @Nullable Instant goodAt) {
            return new State(version, now, Optional.ofNullable(busyUntil), Optional.ofNullable(goodAt));
        }
    }

    BackupStore(Database database) {
        this.database = database;
    }

    /** The epoch of the store; drawn now if it has none yet. */
    String epoch() {
        return database.jdbi().inTransaction(handle -> {
            int unused = handle.execute(
                    "update store_meta set epoch = ? where id = 1 and epoch = ''",
                    UUID.randomUUID().toString());
            return handle.createQuery("select epoch from store_meta where id = 1")
                    .mapTo(String.class)
                    .one();
        });
    }

    State state() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select version, current_timestamp as now_at, busy_until, good_at from backup_state where id = 1")
                .map((row, context) -> State.of(
                        row.getLong("version"),
                        time(row, "now_at").orElseThrow(),
                        time(row, "busy_until").orElse(null),
                        time(row, "good_at").orElse(null)))
                .one());
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** Claims the next backup for a while; false if another node was faster. */
    boolean claim(State seen, Duration time) {
        return database.jdbi()
                        .withHandle(handle -> handle.execute(
                                "update backup_state set version = version + 1, busy_until = ? where id = 1 and version = ?",
                                seen.now().plus(time),
                                seen.version()))
                > 0;
    }

    /** Notes a backup that was read back after writing; the next one may begin. */
    void good(BackupView backup) {
        int unused = database.jdbi()
                .withHandle(handle -> handle.execute(
                        "update backup_state set version = version + 1, busy_until = null, good_id = ?, good_node = ?,"
                                + " good_at = ? where id = 1",
                        backup.id(),
                        backup.node(),
                        backup.createdAt()));
    }
}
