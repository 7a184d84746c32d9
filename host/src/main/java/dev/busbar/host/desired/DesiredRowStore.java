package dev.busbar.host.desired;

import dev.busbar.host.desired.DesiredStore.Stored;
import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/**
 * The rows of desired state, one a plugin, and the revision of the last change. Every method uses the transaction of its
 * handle. Thread-safe.
 */
final class DesiredRowStore {
    private final Database database;
    private final Clock clock;

    private record Row(
            String pluginId,
            String sha256,
            String version,
            boolean enabled,
            String source,
            String fileName,
            @Nullable String node,
            @Nullable String configuration,
            int stateSchema,
            boolean served,
            long revision,
            Instant changedAt) {}

    DesiredRowStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Raises the revision. Until the transaction ends, no other node can change desired state. */
    static long raise(Handle handle) {
        handle.execute("update desired_change set revision = revision + 1 where id = 1");
        return revision(handle);
    }

    static long revision(Handle handle) {
        return handle.createQuery("select revision from desired_change where id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** All rows, at least as new as a revision that was read before. */
    static List<Stored> all(Handle handle, long asOf) {
        return find(handle, "", Map.of(), asOf);
    }

    /** The row of a plugin, at least as new as a revision that was read before. */
    static Optional<Stored> find(Handle handle, String pluginId, long asOf) {
        return find(handle, " where plugin_id = :id", Map.of("id", pluginId), asOf).stream()
                .findFirst();
    }

    private static List<Stored> find(Handle handle, String which, Map<String, String> values, long asOf) {
        return handle.createQuery("select plugin_id, sha256, version, enabled, source, file_name, node, configuration,"
                        + " state_schema, served, revision from plugin_desired" + which + " order by plugin_id")
                .bindMap(values)
                .reduceRows(
                        Stream.<Stored>builder(),
                        (all, row) -> all.add(new Stored(desired(row), row.getColumn("revision", Long.class), asOf)))
                .build()
                .toList();
    }

    private static Desired desired(RowView row) {
        return new Desired(
                row.getColumn("plugin_id", String.class),
                row.getColumn("sha256", String.class),
                row.getColumn("version", String.class),
                row.getColumn("enabled", Boolean.class),
                origin(row),
                text(row.getColumn("configuration", String.class)),
                row.getColumn("state_schema", Integer.class),
                row.getColumn("served", Boolean.class));
    }

    static Origin origin(RowView row) {
        return new Origin(
                Origin.Source.valueOf(row.getColumn("source", String.class)),
                text(row.getColumn("file_name", String.class)),
                text(row.getColumn("node", String.class)));
    }

    void put(Handle handle, Desired desired, long revision) {
        database.upsert(
                handle,
                "update plugin_desired set sha256 = :sha256, version = :version, enabled = :enabled, source = :source,"
                        + " file_name = :fileName, node = :node, configuration = :configuration, state_schema = :stateSchema,"
                        + " served = :served, revision = :revision,"
                        + " changed_at = :changedAt where plugin_id = :pluginId",
                "insert into plugin_desired (plugin_id, sha256, version, enabled, source, file_name, node, configuration,"
                        + " state_schema, served, revision, changed_at) values (:pluginId, :sha256, :version, :enabled, :source,"
                        + " :fileName, :node, :configuration, :stateSchema, :served, :revision,"
                        + " :changedAt)",
                new Row(
                        desired.pluginId(),
                        desired.sha256(),
                        desired.version(),
                        desired.enabled(),
                        desired.origin().source().name(),
                        desired.origin().fileName(),
                        nullable(desired.origin().node()),
                        nullable(desired.configuration()),
                        desired.stateSchema(),
                        desired.served(),
                        revision,
                        clock.instant()));
    }

    static void delete(Handle handle, String pluginId) {
        handle.execute("delete from plugin_desired where plugin_id = ?", pluginId);
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static @Nullable String nullable(String value) {
        return value.isEmpty() ? null : value;
    }
}
