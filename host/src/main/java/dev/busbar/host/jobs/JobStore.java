package dev.busbar.host.jobs;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.FencedException;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.jobs.Submission.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The store of jobs. A write of a run names the token of its claim, and changes nothing once that has risen. All times are
 * those of the database. Blocks; thread-safe.
 */
final class JobStore {
    private static final RowMapper<StoredJob> JOBS = ConstructorMapper.of(StoredJob.class);
    private static final int ATTEMPTS = 5;
    /** How much earlier or later than a normal job one of another priority takes its turn. */
    private static final Duration PRIORITY = Duration.ofMinutes(10);
    /** How long the recovery of a job may take, which others wait for. */
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(2);
    /** The row of a run that still has its job. */
    private static final String OWN = " where id = :id and token = :token and state = 'running'";
    /** No run has it any more. */
    private static final String LEFT = ", token = token + 1, owner = null, node = null, lease_until = null";

    private final Database database;
    private final JobSettings settings;
    private final List<JobEnded> listeners = new CopyOnWriteArrayList<>();

    /** A row to be inserted. */
    private record Row(
            String id,
            String platform,
            String type,
            String principal,
            String state,
            int priority,
            @Nullable Instant runAt,
            @Nullable Instant rankAt,
            String kind,
            String roles,
            String account,
            String scope,
            String correlationId,
            @Nullable String uniqueKey) {}

    private record Content(String job, String kind, byte[] body) {}

    /** The outcome of a cancellation. */
    enum Cancellation {
        /** The job was queued, and has ended. */
        ENDED,
        /** The job is running; its run is to be told. */
        REQUESTED,
        /** There is no such job, or it had ended. */
        NONE
    }

    /**
     * A failure of a run.
     *
     * @param problem the problem document
     * @param fault the failure for operators
     */
    record Failure(String problem, String fault) {}

    JobStore(Database database, JobSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    Database database() {
        return database;
    }

    /** Adds a listener of the end of jobs. */
    void onEnded(JobEnded listener) {
        listeners.add(listener);
    }

    private Optional<JobState> ended(Transaction transaction, String id, JobState state) {
        if (!listeners.isEmpty()) {
            find(transaction, id).ifPresent(job -> listeners.forEach(listener -> listener.in(transaction, job)));
        }
        return Optional.of(state);
    }

    static String interval(Duration duration) {
        return "interval '" + duration.toSeconds() + "." + String.format("%03d", duration.toMillisPart()) + "' second";
    }

    /**
     * Enqueues a job.
     *
     * @param id the id that it gets
     * @return its id; that of the job with the same unique key which has not ended, where there is one
     */
    String enqueue(Transaction transaction, String id, NewJob job) {
        Handle handle = transaction.handle();
        Optional<String> key = job.options().uniqueKey();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<String> existing = key.flatMap(unique -> holder(handle, job, unique));
            if (existing.isPresent()) {
                return existing.get();
            }
            if (insert(handle, id, job)) {
                boolean unused = database.insert(
                        handle,
                        "insert into job_content (job, kind, body) values (:job, :kind, :body)",
                        new Content(id, "request", job.request()));
                return id;
            }
        }
        throw new StoreException("job: neither found nor inserted in " + ATTEMPTS + " attempts");
    }

    private static Optional<String> holder(Handle handle, NewJob job, String key) {
        return handle.createQuery(
                        "select id from job where platform = :platform and type = :type and unique_key = :key")
                .bind("platform", job.platform())
                .bind("type", job.type())
                .bind("key", key)
                .mapTo(String.class)
                .findOne();
    }

    private static int level(Priority priority) {
        return switch (priority) {
            case HIGH -> -1;
            case NORMAL -> 0;
            case LOW -> 1;
        };
    }

    private boolean insert(Handle handle, String id, NewJob job) {
        Submitter by = job.submitter();
        Priority priority = job.options().priority();
        int level = level(priority);
        Duration later = PRIORITY.multipliedBy(level);
        String now = "current_timestamp + interval '" + later.toMinutes() + "' minute";
        return database.insert(
                handle,
                "insert into job (id, platform, type, principal, state, priority, run_at, rank_at, attempt, crash_count, token,"
                        + " kind, roles, account, scope, correlation_id, created_at, checkpoint_schema, done, total, message,"
                        + " unique_key) values (:id, :platform, :type, :principal, :state, :priority,"
                        + " coalesce(cast(:runAt as timestamp with time zone), current_timestamp),"
                        + " coalesce(cast(:rankAt as timestamp with time zone), " + now + "), 1, 0, 0,"
                        + " :kind, :roles, :account, :scope, :correlationId, current_timestamp, 0, 0, 0, '', :uniqueKey)",
                new Row(
                        id,
                        job.platform(),
                        job.type(),
                        by.principal().id(),
                        job.after().isPresent() ? "delayed" : "queued",
                        level,
                        job.after().orElse(null),
                        job.after().map(at -> at.plus(later)).orElse(null),
                        by.kind(),
                        by.roles(),
                        by.account(),
                        by.scopeText(),
                        job.correlationId(),
                        job.options().uniqueKey().orElse(null)));
    }

    /** A job. */
    Optional<StoredJob> find(String id) {
        return database.read(transaction -> find(transaction, id));
    }

    Optional<StoredJob> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery("select " + StoredJob.COLUMNS + " from job where id = :id")
                .bind("id", id)
                .map(JOBS)
                .findOne();
    }

    /**
     * Jobs, the newest first.
     *
     * @param columns values that columns have to have: principal, platform, type
     * @param states the states of the jobs; all of them for any
     * @param before the id before which the list begins; empty for the newest
     */
    List<StoredJob> list(Map<String, String> columns, List<JobState> states, String before, int max) {
        StringBuilder sql = new StringBuilder("select " + StoredJob.COLUMNS + " from job where true");
        columns.keySet()
                .forEach(column ->
                        sql.append(" and ").append(column).append(" = :").append(column));
        if (states.size() < JobState.values().length) {
            sql.append(states.stream()
                    .map(state -> "'" + state.name().toLowerCase(Locale.ROOT) + "'")
                    .collect(Collectors.joining(", ", " and state in (", ")")));
        }
        if (!before.isEmpty()) {
            sql.append(" and id < :before");
        }
        sql.append(" order by id desc fetch first ").append(max).append(" rows only");
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery(sql.toString());
            columns.forEach(query::bind);
            if (!before.isEmpty()) {
                query.bind("before", before);
            }
            return query.map(JOBS).list();
        });
    }

    /** The states of jobs that exist. */
    List<StoredJob> find(Collection<String> ids) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select " + StoredJob.COLUMNS + " from job where id in (<ids>)")
                .bindList("ids", ids)
                .map(JOBS)
                .list());
    }

    /** Bytes of a job: its request, checkpoint or result. */
    Optional<byte[]> content(String id, String kind) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select body from job_content where job = :job and kind = :kind")
                .bind("job", id)
                .bind("kind", kind)
                .mapTo(byte[].class)
                .findOne());
    }

    /** Cancels a job that has not ended. */
    Cancellation cancel(String id) {
        return cancel(id, Fence.NONE);
    }

    Cancellation cancel(String id, Fence fence) {
        return database.change(transaction -> {
            fence.check(transaction);
            Handle handle = transaction.handle();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                boolean ended =
                        handle.createUpdate("update job set state = 'cancelled', cancel_at = current_timestamp, "
                                                + ended(settings.keepResult()) + LEFT
                                                + " where id = :id and state in ('queued', 'delayed')")
                                        .bind("id", id)
                                        .execute()
                                > 0;
                if (ended) {
                    Optional<JobState> unused = ended(transaction, id, JobState.CANCELLED);
                    return Cancellation.ENDED;
                }
                boolean requested =
                        handle.createUpdate("update job set cancel_at = coalesce(cancel_at, current_timestamp)"
                                                + " where id = :id and state = 'running'")
                                        .bind("id", id)
                                        .execute()
                                > 0;
                if (requested) {
                    return Cancellation.REQUESTED;
                }
                boolean over = find(transaction, id)
                        .filter(job -> !job.state().hasEnded())
                        .isEmpty();
                if (over) {
                    return Cancellation.NONE;
                }
            }
            throw new StoreException("job " + id + ": its state changed again and again while it was cancelled");
        });
    }

    private String ended(Duration keep) {
        return "finished_at = current_timestamp, unique_key = null, expires_at = current_timestamp + " + interval(keep)
                + ", delete_at = current_timestamp + " + interval(settings.keep());
    }

    /** Enqueues a failed job again, from its last checkpoint; returns false if it has not failed, or its bytes are deleted. */
    boolean retry(Transaction transaction, String id) {
        return transaction
                        .handle()
                        .createUpdate(
                                "update job set state = 'queued', attempt = 1, crash_count = 0, run_at = current_timestamp,"
                                        + " started_at = null, rank_at = current_timestamp, finished_at = null, expires_at = null, delete_at = null,"
                                        + " cancel_at = null, problem = null, fault = null" + LEFT
                                        + " where id = :id and state = 'failed'"
                                        + " and exists (select 1 from job_content where job = :id and kind = 'request')")
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /** Ends a job with a result; returns the state that it has then, or empty if the run has lost the job. */
    Optional<JobState> succeed(JobToken run, byte @Nullable [] result, Progress progress) {
        return database.change(transaction -> {
            boolean done = own(
                                    transaction,
                                    "update job set state = 'succeeded', problem = null, fault = null,"
                                            + " done = :done, total = :total, message = :message, "
                                            + ended(settings.keepResult()) + LEFT + OWN + " and cancel_at is null",
                                    run)
                            .bind("done", progress.done())
                            .bind("total", progress.total())
                            .bind("message", progress.message())
                            .execute()
                    > 0;
            if (done && result != null) {
                boolean unused = database.insert(
                        transaction.handle(),
                        "insert into job_content (job, kind, body) values (:job, :kind, :body)",
                        new Content(run.id(), "result", result));
            }
            return done ? ended(transaction, run.id(), JobState.SUCCEEDED) : endCancelled(transaction, run);
        });
    }

    private Optional<JobState> endCancelled(Transaction transaction, JobToken run) {
        boolean cancelled = own(
                                transaction,
                                "update job set state = 'cancelled', " + ended(settings.keepResult()) + LEFT + OWN
                                        + " and cancel_at is not null",
                                run)
                        .execute()
                > 0;
        return cancelled ? ended(transaction, run.id(), JobState.CANCELLED) : Optional.empty();
    }

    /** Ends a job whose run was cancelled; returns false if it was not, or the run has lost the job. */
    boolean endCancelled(JobToken run) {
        return database.change(transaction -> endCancelled(transaction, run)).isPresent();
    }

    /** Ends a job with a failure; returns the state that it has then, or empty if the run has lost the job. */
    Optional<JobState> fail(JobToken run, Failure failure) {
        return database.change(transaction -> fail(transaction, run, failure));
    }

    private Optional<JobState> fail(Transaction transaction, JobToken run, Failure failure) {
        boolean failed = own(
                                transaction,
                                "update job set state = 'failed', problem = :problem, fault = :fault, "
                                        + ended(settings.keep()) + LEFT + OWN + " and cancel_at is null",
                                run)
                        .bind("problem", failure.problem())
                        .bind("fault", failure.fault())
                        .execute()
                > 0;
        return failed ? ended(transaction, run.id(), JobState.FAILED) : endCancelled(transaction, run);
    }

    /** Fails a queued job, which nothing will run. */
    boolean abandon(String id, Failure failure) {
        return database.change(transaction -> {
            boolean failed = transaction
                            .handle()
                            .createUpdate("update job set state = 'failed', problem = :problem, fault = :fault, "
                                    + ended(settings.keep()) + LEFT
                                    + " where id = :id and state in ('queued', 'delayed')")
                            .bind("id", id)
                            .bind("problem", failure.problem())
                            .bind("fault", failure.fault())
                            .execute()
                    > 0;
            return failed && ended(transaction, id, JobState.FAILED).isPresent();
        });
    }

    /** Returns whether a job exists that has not ended. */
    static boolean isUnfinished(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery("select id from job where id = :id and state in ('queued', 'delayed', 'running')")
                .bind("id", id)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    /** Enqueues a job for its next attempt, after a pause. */
    Optional<JobState> retryLater(JobToken run, Failure failure, Duration pause) {
        return database.change(transaction -> {
            boolean delayed = own(
                                    transaction,
                                    "update job set state = 'delayed', attempt = attempt + 1, problem = :problem,"
                                            + " fault = :fault, run_at = current_timestamp + " + interval(pause) + LEFT
                                            + OWN + " and cancel_at is null",
                                    run)
                            .bind("problem", failure.problem())
                            .bind("fault", failure.fault())
                            .execute()
                    > 0;
            return delayed ? Optional.of(JobState.DELAYED) : endCancelled(transaction, run);
        });
    }

    /**
     * Enqueues a job whose run could not use the store, at the same attempt, after a pause; returns empty, and changes
     * nothing, if the run has lost the job or the job was started first too long ago.
     *
     * @param max how long after the first start of the job
     */
    Optional<JobState> postpone(JobToken run, Duration pause, Duration max) {
        return database.change(transaction -> {
            boolean delayed = own(
                                    transaction,
                                    "update job set state = 'delayed', run_at = current_timestamp + " + interval(pause)
                                            + LEFT + OWN
                                            + " and cancel_at is null and started_at > current_timestamp - "
                                            + interval(max),
                                    run)
                            .execute()
                    > 0;
            return delayed ? Optional.of(JobState.DELAYED) : endCancelled(transaction, run);
        });
    }

    /** Enqueues a job whose run has ended without an outcome, at the same attempt. */
    Optional<JobState> requeue(JobToken run) {
        return database.change(transaction -> requeue(transaction, run));
    }

    private Optional<JobState> requeue(Transaction transaction, JobToken run) {
        boolean queued =
                own(transaction, "update job set state = 'queued'" + LEFT + OWN + " and cancel_at is null", run)
                                .execute()
                        > 0;
        return queued ? Optional.of(JobState.QUEUED) : endCancelled(transaction, run);
    }

    /**
     * Enqueues a job whose run has ended with its process, or fails it when that was one crash too many. Returns empty at
     * once while another transaction holds the job, such as one of a process that hangs in it.
     *
     * @param max the number of crashes at which it fails
     */
    Optional<JobState> crashed(JobToken run, int max, Failure failure) {
        return database.change(transaction -> {
            database.limit(transaction, RECOVERY_LIMIT);
            boolean free = transaction
                    .handle()
                    .createQuery("select id from job" + OWN + database.skippingLocked())
                    .bind("id", run.id())
                    .bind("token", run.token())
                    .mapTo(String.class)
                    .findOne()
                    .isPresent();
            if (!free) {
                return Optional.empty();
            }
            boolean queued = own(
                                    transaction,
                                    "update job set state = 'queued', crash_count = crash_count + 1" + LEFT + OWN
                                            + " and cancel_at is null and crash_count < :last",
                                    run)
                            .bind("last", max - 1)
                            .execute()
                    > 0;
            return queued ? Optional.of(JobState.QUEUED) : fail(transaction, run, failure);
        });
    }

    /**
     * Stores a checkpoint.
     *
     * @param leaves true if the run ends with it, and the job is enqueued
     * @throws FencedException when the run has lost the job
     */
    void checkpoint(JobToken run, int schema, byte[] state, Progress progress, boolean leaves) {
        boolean unused = database.change(transaction -> {
            boolean own = own(
                                    transaction,
                                    "update job set checkpoint_schema = :schema, crash_count = 0, done = :done, total = :total,"
                                            + " message = :message" + OWN,
                                    run)
                            .bind("schema", schema)
                            .bind("done", progress.done())
                            .bind("total", progress.total())
                            .bind("message", progress.message())
                            .execute()
                    > 0;
            if (!own) {
                throw lost(run);
            }
            database.upsert(
                    transaction.handle(),
                    "update job_content set body = :body where job = :job and kind = :kind",
                    "insert into job_content (job, kind, body) values (:job, :kind, :body)",
                    new Content(run.id(), "checkpoint", state));
            if (leaves) {
                Optional<JobState> left = requeue(transaction, run);
                return left.isPresent();
            }
            return true;
        });
    }

    private static FencedException lost(JobToken run) {
        return new FencedException(
                "job " + run.id() + " belongs to another run now (token " + run.token() + " is past)");
    }

    /** Stores the progress of runs, in one transaction. */
    void progress(Map<JobToken, Progress> all) {
        database.jdbi().useTransaction(handle -> {
            PreparedBatch batch =
                    handle.prepareBatch("update job set done = :done, total = :total, message = :message" + OWN);
            all.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(Comparator.comparing(JobToken::id)))
                    .forEach(entry -> batch.bind("id", entry.getKey().id())
                            .bind("token", entry.getKey().token())
                            .bind("done", entry.getValue().done())
                            .bind("total", entry.getValue().total())
                            .bind("message", entry.getValue().message())
                            .add());
            int[] unused = batch.execute();
        });
    }

    /** The fence of a run: its job has the token of its claim, and is locked until the transaction ends. */
    Fence fence(JobToken run) {
        return transaction -> {
            boolean own = transaction
                    .handle()
                    .createQuery("select id from job" + OWN + " for update")
                    .bind("id", run.id())
                    .bind("token", run.token())
                    .mapTo(String.class)
                    .findOne()
                    .isPresent();
            if (!own) {
                throw lost(run);
            }
        };
    }

    private static Update own(Transaction transaction, String sql, JobToken run) {
        return transaction.handle().createUpdate(sql).bind("id", run.id()).bind("token", run.token());
    }
}
