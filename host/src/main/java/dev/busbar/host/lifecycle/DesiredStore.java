package dev.busbar.host.lifecycle;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.lifecycle.FolderChanges.FileRecord;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Desired state in the store, shared by all nodes: which digest of which plugin shall run, with which configuration, and
 * the stack of what ran before, for the way back. Each change raises the revision in one locked row, in its own
 * transaction, and succeeds only where this node had seen the last change of the same plugin. Thread-safe; written by
 * the thread that decides.
 */
final class DesiredStore {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredStore.class);
    private static final JsonCodec JSON = new JsonCodec(DesiredStore.class.getClassLoader());

    private final Database database;
    private final Clock clock;
    private final int kept;
    private final AuditTrail audit;
    private volatile FileRecord files = FileRecord.NONE;
    private final Map<String, List<Desired>> histories = new ConcurrentHashMap<>();
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();
    /** The effects of containment actions that are not stored yet, by plugin id; dropped when they are, or overwritten. */
    private final Map<String, UnaryOperator<Desired>> waiting = new ConcurrentHashMap<>();

    /** The revision of each plugin that this node has seen: its own changes, and what it has accepted of others. */
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    /** The revisions that containment actions have written, perhaps in a transaction that was not committed. */
    private final Map<String, Contained> contained = new ConcurrentHashMap<>();

    /** The revisions at which plugins were removed: a snapshot from before does not bring them back. */
    private final Map<String, Long> removedAt = new ConcurrentHashMap<>();

    /**
     * A containment action in the store.
     *
     * @param onSeen whether it was made on top of what this node had seen; if not, the change of another node below it is
     *     still to be followed
     */
    private record Contained(long revision, boolean onSeen) {}

    /** Whether a change was refused for what another node has done: that has to be looked at, whatever the revision. */
    private final AtomicBoolean overtaken = new AtomicBoolean();

    /** A row of desired state with the revision of its last change. */
    record Stored(Desired desired, long revision) {}

    /**
     * All of desired state, at least as new as a revision.
     *
     * @param revision of the last change that is certainly in it
     */
    record Snapshot(long revision, List<Stored> all) {}

    private interface Step {
        void in(Handle handle, long revision);
    }

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
     * @param kept the max number of versions in the history of a plugin, the current one among them
     * @param audit records an audit event with each change
     */
    DesiredStore(Database database, Clock clock, int kept, AuditTrail audit) {
        this.database = database;
        this.clock = clock;
        this.kept = kept;
        this.audit = audit;
        audit.register(
                "plugin.disable",
                (transaction, payload) -> disable(transaction.handle(), payload),
                payload -> waits(payload, now -> now.withEnabled(false)));
        audit.register(
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

    /**
     * Makes a change with its audit event, where it has one: both or neither.
     *
     * @throws OvertakenException when another node has changed the plugin and this one has not seen that yet
     */
    private long change(String pluginId, Optional<AuditEvent> event, Step step) {
        long written = database.jdbi().inTransaction(handle -> {
            long revision = raise(handle);
            requireSeen(handle, pluginId);
            step.in(handle, revision);
            event.ifPresent(done -> audit.append(new Transaction(handle), done));
            return revision;
        });
        seen.put(pluginId, written);
        waiting.remove(pluginId);
        return written;
    }

    /** Sets the record of files that were dealt with; called once, before anything is taken. */
    void files(FileRecord value) {
        files = value;
    }

    /** Raises the revision. Until the transaction ends, no other node can change desired state. */
    private static long raise(Handle handle) {
        handle.execute("update desired_change set revision = revision + 1 where id = 1");
        return revision(handle);
    }

    private static long revision(Handle handle) {
        return handle.createQuery("select revision from desired_change where id = 1")
                .mapTo(Long.class)
                .one();
    }

    private void requireSeen(Handle handle, String pluginId) {
        Optional<Stored> now = find(handle, pluginId);
        if (!isSeen(pluginId, now)) {
            overtaken.set(true);
            throw new OvertakenException(pluginId, now);
        }
    }

    private boolean isSeen(String pluginId, Optional<Stored> now) {
        return now.map(Stored::revision).orElse(0L).longValue() == seen.getOrDefault(pluginId, 0L);
    }

    /** Whether a containment action is made on top of what this node has seen, or made once more. */
    private boolean isOnSeen(String pluginId, Optional<Stored> now) {
        Contained before = contained.get(pluginId);
        boolean again = before != null
                && before.onSeen()
                && now.filter(stored -> stored.revision() == before.revision()).isPresent();
        return again || isSeen(pluginId, now);
    }

    /** Reads desired state at the start of the host, and accepts all of it. */
    Snapshot begin() {
        Snapshot now = snapshot();
        now.all().forEach(this::accept);
        return now;
    }

    List<Desired> all() {
        return snapshot().all().stream().map(Stored::desired).toList();
    }

    /** The revision of the last change by any node. */
    long revision() {
        return database.jdbi().withHandle(DesiredStore::revision);
    }

    /** Returns whether there may be changes of other nodes that this one has not accepted, since a revision. */
    boolean hasChangedSince(long revision) {
        boolean raised = revision() != revision;
        return overtaken.getAndSet(false) || raised;
    }

    /** All of desired state, with the effects of containment actions that are not stored yet. */
    Snapshot snapshot() {
        Snapshot stored =
                database.jdbi().withHandle(handle -> new Snapshot(revision(handle), find(handle, "", Map.of())));
        return new Snapshot(
                stored.revision(), stored.all().stream().map(this::withWaiting).toList());
    }

    private Stored withWaiting(Stored stored) {
        String id = stored.desired().pluginId();
        Contained written = contained.get(id);
        if (written != null && stored.revision() >= written.revision()) {
            contained.remove(id);
            waiting.remove(id);
        }
        UnaryOperator<Desired> act = waiting.getOrDefault(id, UnaryOperator.identity());
        return new Stored(act.apply(stored.desired()), stored.revision());
    }

    /** Returns whether a row has changed since this node last accepted it. */
    boolean isNews(Stored stored) {
        String id = stored.desired().pluginId();
        return stored.revision() > Math.max(seen.getOrDefault(id, 0L), removedAt.getOrDefault(id, 0L));
    }

    /** Accepts a row, so that later changes of this node are made on top of it; returns whether it had changed. */
    boolean accept(Stored stored) {
        boolean news = isNews(stored);
        if (news) {
            seen.put(stored.desired().pluginId(), stored.revision());
            remember(stored.desired());
        }
        return news;
    }

    /** The ids of the plugins that this node has accepted and another one has removed. */
    Set<String> removed(Snapshot now) {
        Set<String> there =
                now.all().stream().map(stored -> stored.desired().pluginId()).collect(Collectors.toSet());
        return seen.entrySet().stream()
                .filter(known -> known.getValue() <= now.revision() && !there.contains(known.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Accepts a removal by another node; returns whether this node has accepted nothing that came after it. */
    boolean acceptRemoval(String pluginId, long revision) {
        boolean news = seen.getOrDefault(pluginId, Long.MAX_VALUE) <= revision;
        if (news) {
            forget(pluginId, revision);
        }
        return news;
    }

    private void forget(String pluginId, long revision) {
        removedAt.put(pluginId, revision);
        seen.remove(pluginId);
        histories.remove(pluginId);
        waiting.remove(pluginId);
    }

    private static Optional<Stored> find(Handle handle, String pluginId) {
        return find(handle, " where plugin_id = :id", Map.of("id", pluginId)).stream()
                .findFirst();
    }

    private static List<Stored> find(Handle handle, String which, Map<String, String> values) {
        return handle.createQuery("select plugin_id, sha256, version, enabled, source, file_name, node, configuration,"
                        + " state_schema, served, revision from plugin_desired" + which + " order by plugin_id")
                .bindMap(values)
                .reduceRows(
                        Stream.<Stored>builder(),
                        (all, row) -> all.add(new Stored(desired(row), row.getColumn("revision", Long.class))))
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

    private static Origin origin(RowView row) {
        return new Origin(
                Origin.Source.valueOf(row.getColumn("source", String.class)),
                text(row.getColumn("file_name", String.class)),
                text(row.getColumn("node", String.class)));
    }

    /**
     * Installs a jar from a folder, and records its file as applied in the same transaction: otherwise a rollback and a
     * crash before that record would be followed by a second installation of the file.
     */
    void take(Desired desired, Optional<AuditEvent> event) {
        change(desired.pluginId(), event, (handle, revision) -> {
            install(handle, desired, revision);
            files.dealtWith(new Transaction(handle), desired.origin(), desired.sha256(), desired.pluginId());
        });
        remember(desired);
    }

    /** Sets desired state of a plugin and adds it to the history, whose oldest entries are dropped. */
    void install(Desired desired, Optional<AuditEvent> event) {
        change(desired.pluginId(), event, (handle, revision) -> install(handle, desired, revision));
        remember(desired);
    }

    private void install(Handle handle, Desired desired, long revision) {
        put(handle, desired, revision);
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

    /** Changes desired state of a plugin in place, without an entry in the history. */
    void update(Desired desired, Optional<AuditEvent> event) {
        change(desired.pluginId(), event, (handle, revision) -> put(handle, desired, revision));
    }

    /** Records an audit event that changes nothing in desired state. */
    void record(AuditEvent event) {
        audit.append(event);
    }

    /**
     * Disables a plugin, whatever other nodes have changed about it. Where the store cannot be written the change follows
     * later, and until then this node disables what it reads of the plugin.
     */
    void disable(String pluginId, AuditEvent event) {
        contain(pluginId, now -> now.withEnabled(false), event, pluginId);
    }

    private void disable(Handle handle, String pluginId) {
        long revision = raise(handle);
        boolean onSeen = isOnSeen(pluginId, find(handle, pluginId));
        handle.execute(
                "update plugin_desired set enabled = false, revision = ?, changed_at = ? where plugin_id = ?",
                revision,
                clock.instant(),
                pluginId);
        contained.put(pluginId, new Contained(revision, onSeen));
    }

    private void contain(String pluginId, UnaryOperator<Desired> effect, AuditEvent event, String payload) {
        UnaryOperator<Desired> before = waiting.get(pluginId);
        contained.remove(pluginId);
        waits(pluginId, effect);
        try {
            audit.contain(event, payload);
        } catch (RuntimeException e) {
            if (before == null) {
                waiting.remove(pluginId);
            } else {
                waiting.put(pluginId, before);
            }
            throw e;
        }
        try {
            settle(pluginId, effect);
        } catch (RuntimeException e) {
            LOG.warn("plugin {}: it is not known yet whether {} is stored", pluginId, event.action(), e);
        }
    }

    /** Finds out whether a containment act was committed: only the store can tell. */
    private void settle(String pluginId, UnaryOperator<Desired> effect) {
        Contained written = contained.get(pluginId);
        if (written == null) {
            return;
        }
        Optional<Stored> now = database.jdbi().withHandle(handle -> find(handle, pluginId));
        if (now.filter(stored -> stored.revision() >= written.revision()).isPresent()) {
            contained.remove(pluginId);
            waiting.remove(pluginId);
        }
        // The revision of a transaction that was rolled back is used again, by any node.
        if (now.filter(stored -> written.onSeen() && stored.revision() == written.revision())
                .filter(stored -> effect.apply(stored.desired()).equals(stored.desired()))
                .isPresent()) {
            seen.put(pluginId, written.revision());
        }
    }

    void remove(String pluginId, AuditEvent event) {
        long revisionOfRemoval = change(pluginId, Optional.of(event), (handle, revision) -> {
            handle.createQuery("select sha256 from plugin_desired where plugin_id = ?")
                    .bind(0, pluginId)
                    .mapTo(String.class)
                    .forEach(dropped::add);
            // The removal of a plugin withdraws the consents to its public routes.
            handle.execute(
                    "delete from plugin_consent where sha256 in (select sha256 from plugin_desired where plugin_id = ?"
                            + " union select sha256 from plugin_history where plugin_id = ?)",
                    pluginId,
                    pluginId);
            handle.execute("delete from plugin_desired where plugin_id = ?", pluginId);
            drop(handle, "plugin_id = ?", pluginId);
        });
        forget(pluginId, revisionOfRemoval);
    }

    /**
     * The history of a plugin without what equals the current digest and configuration, latest first; as it was last read
     * while the store cannot be read.
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
            if (!Database.isUnavailable(e) || !histories.containsKey(id)) {
                throw e;
            }
            return histories.getOrDefault(id, List.of()).stream()
                    .map(before -> before.withStateSchema(current.stateSchema()))
                    .toList();
        }
    }

    /** Reads the history in advance, for a rollback at a time at which it cannot be read. */
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

    /**
     * Goes back to an entry of {@link #previous} and drops what came after it. Where the store cannot be written the change
     * follows later.
     *
     * @throws OvertakenException when another node has changed the plugin and this one has not seen that yet
     */
    void rollback(Desired target, AuditEvent event) {
        try {
            database.jdbi().useHandle(handle -> requireSeen(handle, target.pluginId()));
        } catch (JdbiException e) {
            if (!Database.isUnavailable(e)) {
                throw e;
            }
            LOG.debug("plugin {}: nobody can tell now whether another node has changed it", target.pluginId());
        }
        contain(target.pluginId(), now -> target, event, new String(JSON.encode(target), StandardCharsets.UTF_8));
    }

    private static Desired read(String json) {
        try {
            return JSON.decode(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Desired.class);
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot be read", e);
        }
    }

    private void rollback(Handle handle, Desired target) {
        long revision = raise(handle);
        Optional<Stored> now = find(handle, target.pluginId());
        if (now.isEmpty()) {
            return; // removed since
        }
        boolean onSeen = isOnSeen(target.pluginId(), now);
        drop(
                handle,
                "plugin_id = ? and seq > (select max(seq) from plugin_history where plugin_id = ? and sha256 = ?"
                        + " and coalesce(configuration, '') = ?)",
                target.pluginId(),
                target.pluginId(),
                target.sha256(),
                target.configuration());
        put(handle, target, revision);
        contained.put(target.pluginId(), new Contained(revision, onSeen));
    }

    private void drop(Handle handle, String which, Object... values) {
        Query rows = handle.createQuery("select sha256 from plugin_history where " + which);
        for (int i = 0; i < values.length; i++) {
            rows.bind(i, values[i]);
        }
        dropped.addAll(rows.mapTo(String.class).list());
        handle.execute("delete from plugin_history where " + which, values);
    }

    /** The digests that this node has dropped from desired state or its history since the last call. */
    Set<String> takeDropped() {
        Set<String> taken = Set.copyOf(dropped);
        dropped.removeAll(taken);
        return taken;
    }

    /** The digests that desired state or its history refers to. */
    Set<String> digests() {
        return database.jdbi().withHandle(handle -> handle
                .createQuery("select sha256 from plugin_desired union select sha256 from plugin_history")
                .mapTo(String.class)
                .stream()
                .collect(Collectors.toSet()));
    }

    /** Returns whether desired state or its history refers to a digest, within a transaction. */
    static boolean isReferenced(Transaction transaction, String sha256) {
        return transaction
                        .handle()
                        .createQuery("select (select count(*) from plugin_desired where sha256 = :sha256)"
                                + " + (select count(*) from plugin_history where sha256 = :sha256)")
                        .bind("sha256", sha256)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private void put(Handle handle, Desired desired, long revision) {
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
