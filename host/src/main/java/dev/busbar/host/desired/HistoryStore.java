package dev.busbar.host.desired;

import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The history of each plugin: the jars and configurations that ran before, for rollbacks. Every method uses the
 * transaction of its handle. Thread-safe.
 */
final class HistoryStore {
    private final Database database;
    private final Clock clock;
    private final int maxKept;
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();

    private record Row(
            String id,
            String pluginId,
            long seq,
            String sha256,
            String version,
            String source,
            String fileName,
            @Nullable String node,
            @Nullable String configuration,
            Instant activatedAt) {}

    /** @param maxKept the max number of entries of a plugin, the current one among them */
    HistoryStore(Database database, Clock clock, int maxKept) {
        this.database = database;
        this.clock = clock;
        this.maxKept = maxKept;
    }

    /** The history of a plugin, latest first, with the state schema of what runs now. */
    static List<Desired> all(Handle handle, Desired current) {
        return handle.createQuery("select sha256, version, source, file_name, node, configuration"
                        + " from plugin_history where plugin_id = :id order by seq desc")
                .bind("id", current.pluginId())
                .reduceRows(
                        Stream.<Desired>builder(),
                        (all, row) -> all.add(new Desired(
                                current.pluginId(),
                                row.getColumn("sha256", String.class),
                                row.getColumn("version", String.class),
                                true,
                                DesiredRowStore.origin(row),
                                DesiredRowStore.text(row.getColumn("configuration", String.class)),
                                current.stateSchema(),
                                true)))
                .build()
                .toList();
    }

    /** Adds an entry, and drops the oldest ones where there are too many. */
    void add(Handle handle, Desired desired) {
        long seq = top(handle, desired.pluginId()) + 1;
        database.insert(
                handle,
                "insert into plugin_history (id, plugin_id, seq, sha256, version, source, file_name, node,"
                        + " configuration, activated_at) values (:id, :pluginId, :seq, :sha256, :version, :source,"
                        + " :fileName, :node, :configuration, :activatedAt)",
                new Row(
                        UUID.randomUUID().toString(),
                        desired.pluginId(),
                        seq,
                        desired.sha256(),
                        desired.version(),
                        desired.origin().source().name(),
                        desired.origin().fileName(),
                        DesiredRowStore.nullable(desired.origin().node()),
                        DesiredRowStore.nullable(desired.configuration()),
                        clock.instant()));
        drop(handle, "plugin_id = ? and seq <= ?", desired.pluginId(), seq - maxKept);
    }

    private static long top(Handle handle, String pluginId) {
        return handle.createQuery("select coalesce(max(seq), 0) from plugin_history where plugin_id = :id")
                .bind("id", pluginId)
                .mapTo(Long.class)
                .one();
    }

    /** Returns whether the history has an entry with the jar and configuration of a desired state. */
    static boolean contains(Handle handle, Desired desired) {
        return handle.createQuery("select count(*) from plugin_history where plugin_id = :id and sha256 = :sha256"
                                + " and coalesce(configuration, '') = :configuration")
                        .bind("id", desired.pluginId())
                        .bind("sha256", desired.sha256())
                        .bind("configuration", desired.configuration())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Drops what came after the last entry with the jar and configuration of a desired state. */
    void dropAfter(Handle handle, Desired desired) {
        drop(
                handle,
                "plugin_id = ? and seq > (select max(seq) from plugin_history where plugin_id = ? and sha256 = ?"
                        + " and coalesce(configuration, '') = ?)",
                desired.pluginId(),
                desired.pluginId(),
                desired.sha256(),
                desired.configuration());
    }

    /** Drops the history of a plugin that is removed, with the jar that it shall run. */
    void drop(Handle handle, String pluginId) {
        handle.createQuery("select sha256 from plugin_desired where plugin_id = ?")
                .bind(0, pluginId)
                .mapTo(String.class)
                .forEach(dropped::add);
        drop(handle, "plugin_id = ?", pluginId);
    }

    private void drop(Handle handle, String which, Object... values) {
        Query rows = handle.createQuery("select sha256 from plugin_history where " + which);
        for (int i = 0; i < values.length; i++) {
            rows.bind(i, values[i]);
        }
        dropped.addAll(rows.mapTo(String.class).list());
        handle.execute("delete from plugin_history where " + which, values);
    }

    /** The digests that this node has dropped since the last call. */
    Set<String> takeDropped() {
        Set<String> taken = Set.copyOf(dropped);
        dropped.removeAll(taken);
        return taken;
    }
}
