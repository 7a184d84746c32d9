package dev.busbar.host.lifecycle;

import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Desired state, kept: which digest of which plugin shall run, and the stack of what ran before, for the way back.
 * Thread-safe; written by the thread that decides.
 */
final class DesiredStore {
    private static final String COLUMNS = "plugin_id, sha256, version, enabled, source, file_name";

    private final Database database;
    private final Clock clock;

    /**
     * What shall run.
     *
     * @param fileName the name in the folder it came from; empty when it came through the API
     */
    record Desired(String pluginId, String sha256, String version, boolean enabled, String source, String fileName) {
        Origin origin() {
            return new Origin(Origin.Source.valueOf(source), fileName);
        }

        Desired withEnabled(boolean value) {
            return new Desired(pluginId, sha256, version, value, source, fileName);
        }
    }

    private record Row(
            String pluginId,
            String sha256,
            String version,
            boolean enabled,
            String source,
            String fileName,
            Instant changedAt) {}

    private record HistoryRow(
            String id,
            String pluginId,
            long seq,
            String sha256,
            String version,
            String source,
            String fileName,
            Instant activatedAt) {}

    DesiredStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    List<Desired> all() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select " + COLUMNS + " from plugin_desired order by plugin_id")
                .map((row, context) -> new Desired(
                        row.getString("plugin_id"),
                        row.getString("sha256"),
                        row.getString("version"),
                        row.getBoolean("enabled"),
                        row.getString("source"),
                        text(row.getString("file_name"))))
                .list());
    }

    /** Makes a digest the one that shall run, on top of what ran before. */
    void install(Desired desired) {
        database.jdbi().useTransaction(handle -> {
            put(handle, desired);
            long seq = top(handle, desired.pluginId()) + 1;
            database.insert(
                    handle,
                    "insert into plugin_history (id, plugin_id, seq, sha256, version, source, file_name, activated_at)"
                            + " values (:id, :pluginId, :seq, :sha256, :version, :source, :fileName, :activatedAt)",
                    new HistoryRow(
                            UUID.randomUUID().toString(),
                            desired.pluginId(),
                            seq,
                            desired.sha256(),
                            desired.version(),
                            desired.source(),
                            desired.fileName(),
                            clock.instant()));
        });
    }

    /** Changes what is said of a plugin without a new digest. */
    void update(Desired desired) {
        database.jdbi().useTransaction(handle -> put(handle, desired));
    }

    void remove(String pluginId) {
        database.jdbi().useTransaction(handle -> {
            handle.execute("delete from plugin_desired where plugin_id = ?", pluginId);
            handle.execute("delete from plugin_history where plugin_id = ?", pluginId);
        });
    }

    /** What ran before the current digest, if it is known. */
    Optional<Desired> previous(String pluginId, String currentSha256) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select sha256, version, source, file_name"
                        + " from plugin_history where plugin_id = :id and sha256 <> :current order by seq desc")
                .bind("id", pluginId)
                .bind("current", currentSha256)
                .map((row, context) -> new Desired(
                        pluginId,
                        row.getString("sha256"),
                        row.getString("version"),
                        true,
                        row.getString("source"),
                        text(row.getString("file_name"))))
                .findFirst());
    }

    /** Goes back to a digest that {@link #previous} has named, and forgets what came after it. */
    void rollback(Desired target) {
        database.jdbi().useTransaction(handle -> {
            handle.createUpdate("delete from plugin_history where plugin_id = :id and seq > (select max(seq) from"
                            + " plugin_history where plugin_id = :id and sha256 = :sha256)")
                    .bind("id", target.pluginId())
                    .bind("sha256", target.sha256())
                    .execute();
            put(handle, target);
        });
    }

    private void put(Handle handle, Desired desired) {
        database.upsert(
                handle,
                "update plugin_desired set sha256 = :sha256, version = :version, enabled = :enabled, source = :source,"
                        + " file_name = :fileName, changed_at = :changedAt where plugin_id = :pluginId",
                "insert into plugin_desired (" + COLUMNS + ", changed_at) values (:pluginId, :sha256, :version,"
                        + " :enabled, :source, :fileName, :changedAt)",
                new Row(
                        desired.pluginId(),
                        desired.sha256(),
                        desired.version(),
                        desired.enabled(),
                        desired.source(),
                        desired.fileName(),
                        clock.instant()));
    }

    private static long top(Handle handle, String pluginId) {
        return handle.createQuery("select coalesce(max(seq), 0) from plugin_history where plugin_id = :id")
                .bind("id", pluginId)
                .mapTo(Long.class)
                .one();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
