package dev.busbar.host.inbox;

import dev.busbar.host.desired.DesiredStore.FileRecord;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The files in the folders of this node that were applied, so that no change of a file is applied twice, whatever happened
 * to the plugin since, and no file of one node counts as missing on another. Thread-safe; written by the inbox's thread.
 */
final class InboxStore implements FileRecord {
    private static final Duration EXPECTED_BACK = Duration.ofDays(90);

    private final Database database;
    private final Node node;
    private final Clock clock;

    /**
     * A file as it was last applied.
     *
     * @param pluginId the plugin it holds, or empty where it holds none
     */
    record Entry(String source, String fileName, String sha256, String pluginId) {}

    private record Row(String node, String source, String fileName, String sha256, String pluginId, Instant seenAt) {}

    InboxStore(Database database, Node node, Clock clock) {
        this.database = database;
        this.node = node;
        this.clock = clock;
    }

    /**
     * Takes over the files that a version of the host without nodes has recorded. An embedded store belongs to one
     * node, so they are its own, those that are gone by now among them. In a shared store a node takes what lies in its
     * folder: a file that it does not have was never its own, and must not look deleted to it.
     */
    void adopt(Origin.Source source, Predicate<String> liesHere) {
        forgetLostNodes();
        database.jdbi().useTransaction(handle -> all(handle, "", source).stream()
                .map(Entry::fileName)
                .filter(name -> !database.isShared() || liesHere.test(name))
                .forEach(name -> adopt(handle, source, name)));
    }

    /** Drops the files of nodes that have not run for so long that they are not expected back. */
    private void forgetLostNodes() {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "delete from folder_file where node <> ? and node in (select name from node where seen_at < ?)",
                        node.name(),
                        clock.instant().minus(EXPECTED_BACK)));
    }

    private void adopt(Handle handle, Origin.Source source, String fileName) {
        int taken = handle.execute(
                "update folder_file set node = ? where node = '' and source = ? and file_name = ?",
                node.name(),
                source.name(),
                fileName);
        if (taken == 0) {
            return; // another node was faster
        }
        for (String table : List.of("plugin_desired", "plugin_history")) {
            handle.execute(
                    "update " + table + " set node = ? where node is null and source = ? and file_name = ?",
                    node.name(),
                    source.name(),
                    fileName);
        }
    }

    List<Entry> all(Origin.Source source) {
        return database.jdbi().withHandle(handle -> all(handle, node.name(), source));
    }

    private static List<Entry> all(Handle handle, String node, Origin.Source source) {
        return handle.createQuery("select source, file_name, sha256, plugin_id from folder_file"
                        + " where node = :node and source = :source order by file_name")
                .bind("node", node)
                .bind("source", source.name())
                .map((row, context) -> new Entry(
                        row.getString("source"),
                        row.getString("file_name"),
                        row.getString("sha256"),
                        text(row.getString("plugin_id"))))
                .list();
    }

    void put(Entry entry) {
        database.jdbi().useHandle(handle -> put(handle, node.name(), entry));
    }

    /** Records a file of a node inside the transaction of a handle. */
    private void put(Handle handle, String owner, Entry entry) {
        database.upsert(
                handle,
                "update folder_file set sha256 = :sha256, plugin_id = :pluginId, seen_at = :seenAt"
                        + " where node = :node and source = :source and file_name = :fileName",
                "insert into folder_file (node, source, file_name, sha256, plugin_id, seen_at)"
                        + " values (:node, :source, :fileName, :sha256, :pluginId, :seenAt)",
                new Row(owner, entry.source(), entry.fileName(), entry.sha256(), entry.pluginId(), clock.instant()));
    }

    @Override
    public void applied(Transaction transaction, Origin origin, String sha256, String pluginId) {
        put(
                transaction.handle(),
                origin.node(),
                new Entry(origin.source().name(), origin.fileName(), sha256, pluginId));
    }

    void remove(Origin.Source source, String fileName) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "delete from folder_file where node = ? and source = ? and file_name = ?",
                        node.name(),
                        source.name(),
                        fileName));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
