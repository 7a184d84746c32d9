package dev.busbar.host.lifecycle;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.internal.JsonCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Desired state, kept: which digest of which plugin shall run, with which configuration, and the stack of what ran
 * before, for the way back. Thread-safe; written by the thread that decides.
 */
final class DesiredStore {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredStore.class);
    private static final JsonCodec JSON = new JsonCodec(DesiredStore.class.getClassLoader());

    private final Database database;
    private final Clock clock;
    private final int kept;
    private final ActLog acts;
    private final Map<String, List<Desired>> histories = new ConcurrentHashMap<>();
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();
    /** What an earlier process has done and nobody could store yet; over with the next change, which comes after it. */
    private final Map<String, UnaryOperator<Desired>> waiting = new ConcurrentHashMap<>();

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
            Instant changedAt) {}

    private record HistoryRow(
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

    /**
     * Desired state in a store.
     *
     * @param kept how many versions of a plugin are remembered, the one that shall run among them
     * @param acts goes on record with each change
     */
    DesiredStore(Database database, Clock clock, int kept, ActLog acts) {
        this.database = database;
        this.clock = clock;
        this.kept = kept;
        this.acts = acts;
        acts.applies(
                "plugin.disable",
                (transaction, payload) -> disable(transaction.handle(), payload),
                payload -> waits(payload, now -> now.withEnabled(false)));
        acts.applies(
                "plugin.rollback",
                (transaction, payload) -> rollback(transaction.handle(), read(payload)),
                payload -> waits(read(payload)));
    }

    private void waits(Desired target) {
        waits(target.pluginId(), now -> target);
    }

    private void waits(String pluginId, UnaryOperator<Desired> act) {
        waiting.merge(pluginId, act, (before, then) -> now -> then.apply(before.apply(now)));
    }

    /** A change with the act that it is, where it is one: both or neither. */
    private void change(String pluginId, Optional<Act> act, HandleConsumer<RuntimeException> step) {
        database.jdbi().useTransaction(handle -> {
            step.useHandle(handle);
            act.ifPresent(done -> acts.record(new Transaction(handle), done));
        });
        waiting.remove(pluginId);
    }

    List<Desired> all() {
        List<Desired> all = load().stream()
                .map(stored -> waiting.getOrDefault(stored.pluginId(), UnaryOperator.identity())
                        .apply(stored))
                .toList();
        all.forEach(this::remember);
        return all;
    }

    private List<Desired> load() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select plugin_id, sha256, version, enabled, source, file_name, node, configuration,"
                                + " state_schema, served from plugin_desired order by plugin_id")
                .reduceRows(Stream.<Desired>builder(), (all, row) -> all.add(desired(row)))
                .build()
                .toList());
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

    private static Origin origin(RowView row) {
        return new Origin(
                Origin.Source.valueOf(row.getColumn("source", String.class)),
                text(row.getColumn("file_name", String.class)),
                text(row.getColumn("node", String.class)));
    }

    /**
     * Installs what came from a file, which is dealt with by that: else a rollback that comes before that is written
     * down would be undone by the file after a crash.
     */
    void take(Desired desired, Optional<Act> act) {
        change(desired.pluginId(), act, handle -> {
            install(handle, desired);
            Origin origin = desired.origin();
            InboxStore.Entry dealtWith = new InboxStore.Entry(
                    origin.source().name(), origin.fileName(), desired.sha256(), desired.pluginId());
            InboxStore.put(handle, database, origin.node(), dealtWith, clock.instant());
        });
        remember(desired);
    }

    /** Makes it what shall run, on top of what ran before; what is too long ago is forgotten. */
    void install(Desired desired, Optional<Act> act) {
        change(desired.pluginId(), act, handle -> install(handle, desired));
        remember(desired);
    }

    private void install(Handle handle, Desired desired) {
        put(handle, desired);
        long seq = top(handle, desired.pluginId()) + 1;
        database.insert(
                handle,
                "insert into plugin_history (id, plugin_id, seq, sha256, version, source, file_name, node,"
                        + " configuration, activated_at) values (:id, :pluginId, :seq, :sha256, :version, :source,"
                        + " :fileName, :node, :configuration, :activatedAt)",
                new HistoryRow(
                        UUID.randomUUID().toString(),
                        desired.pluginId(),
                        seq,
                        desired.sha256(),
                        desired.version(),
                        desired.origin().source().name(),
                        desired.origin().fileName(),
                        nullable(desired.origin().node()),
                        nullable(desired.configuration()),
                        clock.instant()));
        drop(handle, "plugin_id = ? and seq <= ?", desired.pluginId(), seq - kept);
    }

    /** Changes what is said of a plugin without a new digest or configuration. */
    void update(Desired desired, Optional<Act> act) {
        change(desired.pluginId(), act, handle -> put(handle, desired));
    }

    /** Records an act that leaves desired state as it is. */
    void note(Act act) {
        change(act.pluginId(), Optional.of(act), handle -> {});
    }

    /** It shall not run; follows later where the store cannot be written. */
    void disable(String pluginId, Act act) {
        acts.contain(act, pluginId);
        waiting.remove(pluginId);
    }

    private void disable(Handle handle, String pluginId) {
        handle.execute(
                "update plugin_desired set enabled = false, changed_at = ? where plugin_id = ?",
                clock.instant(),
                pluginId);
    }

    void remove(String pluginId, Act act) {
        change(pluginId, Optional.of(act), handle -> {
            handle.createQuery("select sha256 from plugin_desired where plugin_id = ?")
                    .bind(0, pluginId)
                    .mapTo(String.class)
                    .forEach(dropped::add);
            handle.execute("delete from plugin_desired where plugin_id = ?", pluginId);
            drop(handle, "plugin_id = ?", pluginId);
        });
    }

    /**
     * What ran before, with another digest or configuration than now, the latest first; as it was last known while the
     * store cannot be read.
     */
    List<Desired> previous(Desired current) {
        return history(current).stream()
                .filter(before -> !before.runsTheSameAs(current))
                .toList();
    }

    private List<Desired> history(Desired current) {
        String id = current.pluginId();
        try {
            List<Desired> now = database.jdbi().withHandle(handle -> history(handle, current));
            histories.put(id, now);
            return now;
        } catch (RuntimeException e) {
            if (!Database.isAway(e) || !histories.containsKey(id)) {
                throw e;
            }
            return histories.getOrDefault(id, List.of()).stream()
                    .map(before -> before.withStateSchema(current.stateSchema()))
                    .toList();
        }
    }

    /** What was done last is read again now, for a time at which it cannot be. */
    private void remember(Desired current) {
        try {
            List<Desired> unused = history(current);
        } catch (RuntimeException e) {
            LOG.warn("plugin {}: what ran before could not be read", current.pluginId(), e);
        }
    }

    private static List<Desired> history(Handle handle, Desired current) {
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
                                origin(row),
                                text(row.getColumn("configuration", String.class)),
                                current.stateSchema(),
                                true)))
                .build()
                .toList();
    }

    /** Goes back to what {@link #previous} has named, and forgets what came after it; later where that has to wait. */
    void rollback(Desired target, Act act) {
        acts.contain(act, new String(JSON.encode(target), StandardCharsets.UTF_8));
        waiting.remove(target.pluginId());
    }

    private static Desired read(String json) {
        try {
            return JSON.decode(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Desired.class);
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot be read", e);
        }
    }

    private void rollback(Handle handle, Desired target) {
        drop(
                handle,
                "plugin_id = ? and seq > (select max(seq) from plugin_history where plugin_id = ? and sha256 = ?"
                        + " and coalesce(configuration, '') = ?)",
                target.pluginId(),
                target.pluginId(),
                target.sha256(),
                target.configuration());
        put(handle, target);
    }

    private void drop(Handle handle, String which, Object... values) {
        Query rows = handle.createQuery("select sha256 from plugin_history where " + which);
        for (int i = 0; i < values.length; i++) {
            rows.bind(i, values[i]);
        }
        dropped.addAll(rows.mapTo(String.class).list());
        handle.execute("delete from plugin_history where " + which, values);
    }

    /** The digests that were taken out of desired state or its history since this was last asked. */
    Set<String> takeDropped() {
        Set<String> taken = Set.copyOf(dropped);
        dropped.removeAll(taken);
        return taken;
    }

    /** The digests that shall run or may be gone back to. */
    Set<String> digests() {
        return database.jdbi().withHandle(handle -> handle
                .createQuery("select sha256 from plugin_desired union select sha256 from plugin_history")
                .mapTo(String.class)
                .stream()
                .collect(Collectors.toSet()));
    }

    private void put(Handle handle, Desired desired) {
        database.upsert(
                handle,
                "update plugin_desired set sha256 = :sha256, version = :version, enabled = :enabled, source = :source,"
                        + " file_name = :fileName, node = :node, configuration = :configuration, state_schema = :stateSchema,"
                        + " served = :served,"
                        + " changed_at = :changedAt where plugin_id = :pluginId",
                "insert into plugin_desired (plugin_id, sha256, version, enabled, source, file_name, node, configuration,"
                        + " state_schema, served, changed_at) values (:pluginId, :sha256, :version, :enabled, :source,"
                        + " :fileName, :node, :configuration, :stateSchema, :served, :changedAt)",
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

    private static @Nullable String nullable(String value) {
        return value.isEmpty() ? null : value;
    }
}
