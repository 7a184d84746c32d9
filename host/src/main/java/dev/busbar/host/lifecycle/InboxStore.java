package dev.busbar.host.lifecycle;

import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen in the folders and applied, kept, so that no change of a file is applied twice, whatever happened to
 * the plugin since. Thread-safe; written by the folder's thread.
 */
final class InboxStore {
    private final Database database;
    private final Clock clock;

    /**
     * A file that was dealt with.
     *
     * @param pluginId the plugin it holds, or empty where it holds none
     */
    record Entry(String source, String fileName, String sha256, String pluginId) {}

    private record Row(String source, String fileName, String sha256, String pluginId, Instant seenAt) {}

    InboxStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    List<Entry> all(Origin.Source source) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select source, file_name, sha256, plugin_id from plugin_inbox where source = :source")
                .bind("source", source.name())
                .map((row, context) -> new Entry(
                        row.getString("source"),
                        row.getString("file_name"),
                        row.getString("sha256"),
                        text(row.getString("plugin_id"))))
                .list());
    }

    void put(Entry entry) {
        database.jdbi().useHandle(handle -> put(handle, database, entry, clock.instant()));
    }

    /** The same inside a transaction of somebody else. */
    static void put(Handle handle, Database database, Entry entry, Instant now) {
        database.upsert(
                handle,
                "update plugin_inbox set sha256 = :sha256, plugin_id = :pluginId, seen_at = :seenAt"
                        + " where source = :source and file_name = :fileName",
                "insert into plugin_inbox (source, file_name, sha256, plugin_id, seen_at)"
                        + " values (:source, :fileName, :sha256, :pluginId, :seenAt)",
                new Row(entry.source(), entry.fileName(), entry.sha256(), entry.pluginId(), now));
    }

    void remove(Origin.Source source, String fileName) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "delete from plugin_inbox where source = ? and file_name = ?", source.name(), fileName));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
