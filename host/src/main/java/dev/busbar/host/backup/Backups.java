package dev.busbar.host.backup;

import dev.busbar.core.ProblemType;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of this node: at most one is made at a time. {@code Host} calls {@link #tick} each minute, and closes it before
 * the store. {@link #isOverdue} does not block; all else
 * uses the store or files, from any thread that may block.
 */
public final class Backups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

    /** The time after which another node may begin, if the one that makes a backup has died. */
    private static final Duration CLAIM = Duration.ofHours(1);

    private static final Duration RETRY = Duration.ofMinutes(10);
    private static final int REMEMBERED = 20;

    private final BackupSettings settings;
    private final Database database;
    private final BackupStore store;
    private final BackupFolder folder;
    private final BackupRun.Origin origin;
    private final AuditTrail audit;
    private final Clock clock;
    private final Executor thread;
    private final AtomicReference<@Nullable BackupRun> current = new AtomicReference<>();
    private final Map<String, BackupView> failed = new LinkedHashMap<>();
    private final Instant startedAt;
    private volatile Optional<Instant> goodAt = Optional.empty();
    private volatile boolean closed;

    /**
     * What backups need of the host.
     *
     * @param node the name of this node
     * @param version the version of the host
     * @param thread runs one task at a time: backups that were asked for
     */
    public record Means(String node, String version, AuditTrail audit, Executor thread) {}

    /** The backups of a node. */
    public Backups(BackupSettings settings, Database database, Means means, Clock clock) {
        this.settings = settings;
        this.database = database;
        this.store = new BackupStore(database);
        this.folder = new BackupFolder(settings.directory(), means.node());
        this.origin = new BackupRun.Origin(means.node(), means.version(), database.schemaVersion());
        this.audit = means.audit();
        this.clock = clock;
        this.thread = means.thread();
        this.startedAt = clock.instant();
        String unused = store.epoch();
        this.goodAt = store.state().goodAt();
    }

    /** The routes over the backups of this node. */
    public List<HostRoute> routes() {
        return new BackupRoutes(this).routes();
    }

    /** Adds the metrics of backups; called once. */
    public void measure(Meters meters) {
        meters.gauge(
                "busbar.backup.age.seconds",
                "Age of the last good backup of the store, by any node; -1 if there is none",
                () -> goodAt.map(time ->
                                (double) Duration.between(time, clock.instant()).toSeconds())
                        .orElse(-1.0));
        meters.gauge("busbar.backup.overdue", "1 if the last good backup is too old", () -> isOverdue() ? 1 : 0);
        meters.gauge("busbar.backup.running", "1 while this node makes a backup", () -> current.get() == null ? 0 : 1);
    }

    /**
     * Begins a backup on a thread of its own.
     *
     * @throws dev.busbar.plugin.ProblemException 409 while another one runs on this node; 503 when the start cannot be
     *     audited
     */
    public BackupView start(Actor actor) {
        BackupRun run = new BackupRun(database, settings, folder, origin, false, clock.instant());
        begin(run);
        try {
            audit.append(AuditEvent.done("backup.start", actor, "backup:" + run.id(), Map.of()));
            thread.execute(() -> finish(run, actor));
        } catch (RuntimeException e) {
            current.set(null);
            throw e;
        }
        return run.running();
    }

    private void begin(BackupRun run) {
        BackupRun other = current.compareAndExchange(null, run);
        if (other != null) {
            throw ProblemType.CONFLICT.problem("backup " + other.id() + " is being made; wait until it has ended");
        }
        if (closed) {
            current.set(null);
            throw ProblemType.TEMPORARILY_UNAVAILABLE.problem("The host is stopping.");
        }
    }

    /** Runs a backup that has begun, and records its end; returns whether it is good. Never throws. */
    private boolean finish(BackupRun run, Actor actor) {
        try {
            folder.sweep();
            BackupView done = run.run();
            store.good(done);
            goodAt = Optional.of(done.createdAt());
            record(done, actor, Outcome.DONE);
            LOG.info(
                    "backup {}: {} rows, {} KiB, {}",
                    done.id(),
                    done.rows(),
                    done.bytes() >> 10,
                    done.file().orElse(""));
            return true;
        } catch (IOException e) {
            LOG.error("backup {} failed: {}", run.id(), e.getMessage());
            failed(run, actor, String.valueOf(e.getMessage()));
            return false;
        } catch (RuntimeException e) {
            LOG.error("backup {} failed", run.id(), e);
            failed(run, actor, String.valueOf(e.getMessage()));
            return false;
        } finally {
            current.set(null);
        }
    }

    private void failed(BackupRun run, Actor actor, String why) {
        BackupView view = run.failed(why);
        synchronized (failed) {
            failed.put(view.id(), view);
            if (failed.size() > REMEMBERED) {
                failed.remove(failed.keySet().iterator().next());
            }
        }
        recordFailure(view, actor);
    }

    private void record(BackupView view, Actor actor, Outcome outcome) {
        Map<String, String> details = new TreeMap<>();
        details.put("automatic", String.valueOf(view.automatic()));
        details.put("encrypted", String.valueOf(view.encrypted()));
        details.put("rows", String.valueOf(view.rows()));
        details.put("bytes", String.valueOf(view.bytes()));
        view.sha256().ifPresent(digest -> details.put("sha256", digest));
        view.problem().ifPresent(why -> details.put("reason", why));
        audit.append(new AuditEvent("backup.create", actor, "backup:" + view.id(), outcome, details));
    }

    private void recordFailure(BackupView view, Actor actor) {
        try {
            record(view, actor, Outcome.FAILED);
        } catch (RuntimeException e) {
            LOG.warn("backup {}: its failure could not be recorded", view.id(), e);
        }
    }

    /** The backups in the directory of this node, the one that runs, and those that failed lately; the newest first. */
    public List<BackupView> list() throws IOException {
        List<BackupView> all = new ArrayList<>();
        BackupRun run = current.get();
        if (run != null) {
            all.add(run.running());
        }
        synchronized (failed) {
            all.addAll(failed.values());
        }
        List<BackupView> archives = folder.list();
        all.removeIf(view -> archives.stream().anyMatch(done -> done.id().equals(view.id())));
        all.addAll(archives);
        all.sort((one, other) -> other.createdAt().compareTo(one.createdAt()));
        return all;
    }

    /** A backup of that list. */
    public Optional<BackupView> find(String id) throws IOException {
        return list().stream().filter(view -> view.id().equals(id)).findFirst();
    }

    /** Begins an automatic backup, on the thread of backups, if one is due and no other node makes it. */
    public void tick() {
        BackupStore.State state;
        try {
            state = store.state();
        } catch (RuntimeException e) {
            if (!Database.isUnavailable(e)) {
                throw e;
            }
            LOG.debug("backups: the store does not answer", e);
            return;
        }
        goodAt = state.goodAt();
        if (settings.automatic().isEmpty()
                || closed
                || !isDue(settings.automatic().get(), state)) {
            return;
        }
        BackupRun run = new BackupRun(database, settings, folder, origin, true, clock.instant());
        if (current.get() != null || !store.claim(state, CLAIM) || !current.compareAndSet(null, run)) {
            return;
        }
        try {
            thread.execute(() -> makeAutomatic(run));
        } catch (RuntimeException e) {
            current.set(null);
            throw e;
        }
    }

    private void makeAutomatic(BackupRun run) {
        if (finish(run, Actor.HOST)) {
            retain();
        } else {
            boolean unused = store.claim(store.state(), RETRY);
        }
    }

    private static boolean isDue(BackupSettings.Automatic automatic, BackupStore.State state) {
        boolean busy = state.busyUntil().filter(state.now()::isBefore).isPresent();
        return !busy
                && state.goodAt()
                        .filter(last -> state.now().isBefore(automatic.next(last)))
                        .isEmpty();
    }

    private void retain() {
        try {
            for (String id : folder.retain(settings.retention(), clock.instant())) {
                audit.append(
                        AuditEvent.done("backup.delete", Actor.HOST, "backup:" + id, Map.of("reason", "retention")));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("old backups could not be deleted", e);
        }
    }

    /** True if backups are automatic, and the last good one is older than two of their periods. Does not block. */
    public boolean isOverdue() {
        return settings.automatic()
                .filter(automatic -> goodAt.orElse(startedAt)
                        .plus(automatic.period().multipliedBy(2))
                        .isBefore(clock.instant()))
                .isPresent();
    }

    /** Ends the backup that runs; nothing is left of it. */
    @Override
    public void close() {
        closed = true;
        BackupRun run = current.get();
        if (run != null) {
            run.cancel();
        }
    }
}
