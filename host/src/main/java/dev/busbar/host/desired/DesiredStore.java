package dev.busbar.host.desired;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Desired state in the store, shared by all nodes: the digest and configuration that shall run of each plugin, and the
 * history for rollbacks. Each change raises the revision in one locked row, in its own transaction, and succeeds only
 * where this node had seen the last change of the same plugin. Thread-safe; written by the thread that decides.
 */
public final class DesiredStore {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredStore.class);
    private static final JsonCodec JSON = new JsonCodec(DesiredStore.class.getClassLoader());

    private final Database database;
    private final AuditTrail audit;
    private final DesiredRowStore rows;
    private final HistoryStore history;
    private final Map<String, KnownPlugin> known = new ConcurrentHashMap<>();
    private final PendingContainments pending = new PendingContainments();
    private volatile FileRecord files = FileRecord.NONE;
    private int epoch;

    /** Set when desired state has to be read again although its revision may stay: a change was overtaken or settled. */
    private final AtomicBoolean stale = new AtomicBoolean();

    /**
     * A row of desired state.
     *
     * @param revision that of its last change
     * @param asOf a revision that was read before the row: the row is at least as new
     */
    public record Stored(Desired desired, long revision, long asOf) {}

    /**
     * All of desired state, at least as new as a revision.
     *
     * @param revision of the last change that is certainly in it
     */
    public record Snapshot(long revision, List<Stored> all) {}

    /** The record of files that were applied; implemented by the inbox. Called on the thread that decides. */
    @FunctionalInterface
    public interface FileRecord {
        /** Nothing is recorded; for tests. */
        FileRecord NONE = (transaction, origin, sha256, pluginId) -> {};

        /** Records in the transaction that installs a jar that its file is applied by that: both or neither. */
        void applied(Transaction transaction, Origin origin, String sha256, String pluginId);
    }

    private interface Step {
        void in(Handle handle, long revision);
    }

    /**
     * Desired state in a store.
     *
     * @param maxKept the max number of versions in the history of a plugin, the current one among them
     * @param audit records an audit event with each change
     */
    public DesiredStore(Database database, Clock clock, int maxKept, AuditTrail audit) {
        this.database = database;
        this.audit = audit;
        this.rows = new DesiredRowStore(database, clock);
        this.history = new HistoryStore(database, clock, maxKept);
        audit.register(
                "plugin.disable",
                (transaction, payload) -> apply(transaction.handle(), new Containment.Disable(payload)),
                payload -> pending.add(new Containment.Disable(payload)),
                payload -> settledLater(new Containment.Disable(payload)));
        audit.register(
                "plugin.rollback",
                (transaction, payload) -> apply(transaction.handle(), rollback(payload)),
                payload -> pending.add(rollback(payload)),
                payload -> settledLater(rollback(payload)));
    }

    private static Containment rollback(String payload) {
        try {
            return new Containment.Rollback(
                    JSON.decode(new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)), Desired.class));
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot be read", e);
        }
    }

    /** Sets the record of files that were applied; called once, before anything is installed. */
    public void files(FileRecord value) {
        files = value;
    }

    /** Reads desired state at the start of the host, and accepts all of it. */
    public Snapshot begin() {
        Snapshot now = snapshot();
        now.all().forEach(this::accept);
        return now;
    }

    /** Desired state of all plugins. */
    public List<Desired> all() {
        return snapshot().all().stream().map(Stored::desired).toList();
    }

    long revision() {
        return database.jdbi().withHandle(DesiredRowStore::revision);
    }

    /** The highest revision of a change that this node has made or accepted; a store that has gone back is below it. */
    long highestKnown() {
        return known.values().stream().mapToLong(KnownPlugin::revision).max().orElse(0);
    }

    /** Returns whether there may be changes of other nodes since a revision that this one has not accepted. */
    boolean hasChangedSince(long revision) {
        long highest = highestKnown(); // read before the store, which has it then
        long now = revision();
        return stale.getAndSet(false) || now != revision || now < highest;
    }

    /** All of desired state, with the effects of containment actions that are not stored yet. */
    Snapshot snapshot() {
        Map<String, List<PendingContainments.Entry>> before = pending.all();
        return database.jdbi().withHandle(handle -> {
            long revision = DesiredRowStore.revision(handle);
            List<Stored> all = DesiredRowStore.all(handle, revision);
            return new Snapshot(
                    revision,
                    all.stream().map(row -> contained(handle, row, before)).toList());
        });
    }

    private Stored contained(Handle handle, Stored row, Map<String, List<PendingContainments.Entry>> before) {
        Desired now = pending.applyTo(row.desired(), before, action -> isApplicable(handle, action));
        return new Stored(now, row.revision(), row.asOf());
    }

    /** A version that has left the history cannot be rolled back to: its jar may be deleted. */
    private static boolean isApplicable(Handle handle, Containment action) {
        return !(action instanceof Containment.Rollback rollback) || HistoryStore.contains(handle, rollback.target());
    }

    /** Returns whether a row has changed since this node last accepted it. */
    public boolean isNews(Stored stored) {
        KnownPlugin before = known.get(stored.desired().pluginId());
        return before == null || before.isNews(stored);
    }

    /** Accepts a row, so that later changes of this node are made on top of it; returns whether it had changed. */
    public boolean accept(Stored stored) {
        boolean news = isNews(stored);
        if (news) {
            saw(stored.desired(), stored.revision());
        }
        return news;
    }

    private void saw(Desired desired, long revision) {
        known.merge(desired.pluginId(), KnownPlugin.present(desired, revision), KnownPlugin::next);
        rememberHistory(desired);
    }

    private void rememberHistory(Desired desired) {
        try {
            List<Desired> unused = readHistory(desired); // for a rollback at a time at which it cannot be read
        } catch (RuntimeException e) {
            LOG.warn("plugin {}: its history could not be read", desired.pluginId(), e);
        }
    }

    /** The ids of the plugins that this node has accepted and another one has removed. */
    public Set<String> removed(Snapshot now) {
        Set<String> there =
                now.all().stream().map(stored -> stored.desired().pluginId()).collect(Collectors.toSet());
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().desired().isPresent()
                        && entry.getValue().revision() <= now.revision()
                        && !there.contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Accepts a removal by another node; returns whether this node has accepted nothing that came after it. */
    public boolean acceptRemoval(String pluginId, long revision) {
        KnownPlugin before = known.get(pluginId);
        boolean news = before != null && before.desired().isPresent() && before.revision() <= revision;
        if (news) {
            forget(pluginId, revision);
        }
        return news;
    }

    private void forget(String pluginId, long revision) {
        known.put(pluginId, KnownPlugin.removed(revision));
        pending.drop(pluginId);
    }

    /**
     * Reads all of desired state from a store that has gone back in time, such as a restored backup or an older replica:
     * whatever differs from what this node has accepted counts as changed, although its revision is lower. An epoch begins.
     * Called on the thread that decides, as {@link #epoch}.
     */
    public Snapshot resynchronize() {
        Snapshot now = snapshot();
        known.replaceAll((id, before) -> before.notAfter(now.revision()));
        epoch++;
        return now;
    }

    /** The number of times that the store has gone back; what was read in an earlier epoch is of a state that is gone. */
    public int epoch() {
        return epoch;
    }

    /**
     * Makes a change with its audit event, where it has one: both or neither.
     *
     * @throws OvertakenException when another node has changed the plugin and this one has not seen that yet
     */
    private long change(String pluginId, Optional<AuditEvent> event, Step step) {
        long written = database.jdbi().inTransaction(handle -> {
            long revision = DesiredRowStore.raise(handle);
            requireSeen(handle, pluginId, revision - 1);
            step.in(handle, revision);
            event.ifPresent(done -> audit.append(new Transaction(handle), done));
            return revision;
        });
        pending.drop(pluginId);
        return written;
    }

    private void change(Desired desired, Optional<AuditEvent> event, Step step) {
        saw(desired, change(desired.pluginId(), event, step));
    }

    private void requireSeen(Handle handle, String pluginId, long asOf) {
        Optional<Stored> now = DesiredRowStore.find(handle, pluginId, asOf);
        if (!isSeen(pluginId, now)) {
            stale.set(true);
            throw new OvertakenException(pluginId, now, asOf);
        }
    }

    private boolean isSeen(String pluginId, Optional<Stored> now) {
        KnownPlugin before = known.get(pluginId);
        return now.map(Stored::revision).orElse(0L).longValue() == (before == null ? 0 : before.revisionOfRow());
    }

    /**
     * Installs a jar from a folder, and records its file as applied in the same transaction: otherwise a rollback and a
     * crash before that record would be followed by a second installation of the file.
     */
    public void take(Desired desired, Optional<AuditEvent> event) {
        change(desired, event, (handle, revision) -> {
            install(handle, desired, revision);
            files.applied(new Transaction(handle), desired.origin(), desired.sha256(), desired.pluginId());
        });
    }

    /** Sets desired state of a plugin and adds it to the history, whose oldest entries are dropped. */
    public void install(Desired desired, Optional<AuditEvent> event) {
        change(desired, event, (handle, revision) -> install(handle, desired, revision));
    }

    private void install(Handle handle, Desired desired, long revision) {
        rows.put(handle, desired, revision);
        history.add(handle, desired);
    }

    /** Changes desired state of a plugin in place, without an entry in the history. */
    public void update(Desired desired, Optional<AuditEvent> event) {
        change(desired, event, (handle, revision) -> rows.put(handle, desired, revision));
    }

    /** Records an audit event that changes nothing in desired state. */
    public void record(AuditEvent event) {
        audit.append(event);
    }

    /** Removes a plugin with its history, and withdraws the consents to its public routes. */
    public void remove(String pluginId, AuditEvent event) {
        long revisionOfRemoval = change(pluginId, Optional.of(event), (handle, revision) -> {
            handle.execute(
                    "delete from plugin_consent where sha256 in (select sha256 from plugin_desired where plugin_id = ?"
                            + " union select sha256 from plugin_history where plugin_id = ?)",
                    pluginId,
                    pluginId);
            history.drop(handle, pluginId);
            DesiredRowStore.delete(handle, pluginId);
        });
        forget(pluginId, revisionOfRemoval);
    }

    /**
     * Disables a plugin, whatever other nodes have changed about it. Where the store cannot be written the change follows
     * later, and until then this node disables what it reads of the plugin.
     */
    public void disable(String pluginId, AuditEvent event) {
        contain(new Containment.Disable(pluginId), event, pluginId);
    }

    /**
     * Rolls back to an entry of {@link #previous} and drops what came after it. Where the store cannot be written the
     * change follows later.
     *
     * @throws OvertakenException when another node has changed the plugin and this one has not seen that yet
     */
    public void rollback(Desired target, AuditEvent event) {
        try {
            database.jdbi()
                    .useHandle(handle -> requireSeen(handle, target.pluginId(), DesiredRowStore.revision(handle)));
        } catch (JdbiException e) {
            if (!Database.isUnavailable(e)) {
                throw e;
            }
            LOG.debug("plugin {}: the store cannot tell now whether another node has changed it", target.pluginId());
        }
        contain(new Containment.Rollback(target), event, new String(JSON.encode(target), StandardCharsets.UTF_8));
    }

    private void contain(Containment action, AuditEvent event, String payload) {
        pending.add(action); // a snapshot that is read meanwhile must show its effect
        AuditTrail.Containment stored;
        try {
            stored = audit.contain(event, payload);
        } catch (RuntimeException e) {
            Optional<PendingContainments.Written> unused = pending.settle(action);
            throw e;
        }
        if (stored == AuditTrail.Containment.STORED) {
            stale.set(true); // a snapshot that is read meanwhile shows the effect on a row that may have changed since
            pending.settle(action)
                    .filter(PendingContainments.Written::onSeen)
                    .ifPresent(written ->
                            saw(written.row().desired(), written.row().revision()));
        }
    }

    /** Writes a containment action, now or when the store can be written again. May be called more than once for one. */
    private void apply(Handle handle, Containment action) {
        long revision = DesiredRowStore.raise(handle);
        Optional<Stored> now = DesiredRowStore.find(handle, action.pluginId(), revision - 1);
        if (now.isEmpty()) {
            return; // removed since
        }
        if (action instanceof Containment.Rollback rollback) {
            if (!isApplicable(handle, action)) {
                throw new OvertakenException(action.pluginId(), now, revision - 1);
            }
            history.dropAfter(handle, rollback.target());
        }
        boolean onSeen = isOnSeen(action, now);
        Stored after = new Stored(action.applyTo(now.get().desired()), revision, revision - 1);
        rows.put(handle, after.desired(), revision);
        pending.wrote(action, new PendingContainments.Written(after, onSeen));
    }

    /** Returns whether a containment action is made on top of what this node has seen, or on top of itself. */
    private boolean isOnSeen(Containment action, Optional<Stored> now) {
        boolean again = pending.written(action)
                .filter(PendingContainments.Written::onSeen)
                .map(PendingContainments.Written::row)
                .filter(before -> now.filter(row -> isSame(row, before)).isPresent())
                .isPresent();
        return again || isSeen(action.pluginId(), now);
    }

    private static boolean isSame(Stored one, Stored other) {
        return one.revision() == other.revision() && one.desired().equals(other.desired());
    }

    /** Accepts the row of a spooled containment action that is settled, if the store has it. Called on any thread. */
    private void settledLater(Containment action) {
        Optional<PendingContainments.Written> written = pending.settle(action);
        stale.set(true);
        try {
            written.filter(PendingContainments.Written::onSeen)
                    .map(PendingContainments.Written::row)
                    .filter(this::isStored)
                    .ifPresent(this::sawLater);
        } catch (RuntimeException e) {
            LOG.debug("plugin {}: its row is accepted when it is read next", action.pluginId(), e);
        }
    }

    /** Accepts a row unless the thread that decides has seen a later change or a removal meanwhile. */
    private void sawLater(Stored row) {
        KnownPlugin now = KnownPlugin.present(row.desired(), row.revision());
        known.computeIfPresent(
                row.desired().pluginId(), (id, before) -> before.isBefore(row) ? before.next(now) : before);
        rememberHistory(row.desired());
    }

    private boolean isStored(Stored row) {
        String id = row.desired().pluginId();
        return database.jdbi()
                .withHandle(handle -> DesiredRowStore.find(handle, id, 0))
                .filter(now -> isSame(now, row))
                .isPresent();
    }

    /**
     * The history of a plugin without what equals the current digest and configuration, latest first; as it was last read
     * while the store cannot be read.
     */
    public List<Desired> previous(Desired current) {
        return readHistory(current).stream()
                .filter(before -> !before.runsTheSameAs(current))
                .toList();
    }

    private List<Desired> readHistory(Desired current) {
        String id = current.pluginId();
        try {
            List<Desired> now = database.jdbi().withHandle(handle -> HistoryStore.all(handle, current));
            known.computeIfPresent(id, (key, plugin) -> plugin.withHistory(now));
            return now;
        } catch (RuntimeException e) {
            Optional<List<Desired>> before = Optional.ofNullable(known.get(id)).flatMap(KnownPlugin::history);
            if (!Database.isUnavailable(e) || before.isEmpty()) {
                throw e;
            }
            return before.get().stream()
                    .map(entry -> entry.withStateSchema(current.stateSchema()))
                    .toList();
        }
    }

    /** The digests that this node has dropped from desired state or its history since the last call. */
    Set<String> takeDropped() {
        return history.takeDropped();
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
}
