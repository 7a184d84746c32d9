package dev.busbar.host.schedules;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Store of schedules and of what became of their times, shared by all nodes. Safe for any number of threads. */
final class ScheduleStore {
    static final String ACTIVE = "active";
    static final String PAUSED = "paused";
    static final String SUSPENDED = "suspended";

    static final String BY_TIME = "time";
    static final String BY_HAND = "hand";

    private static final String COLUMNS = "id, platform, name, owner, owner_kind, key_root, scope, target, definition,"
            + " starts_at, state, reason, next_at, created_at, changed_at, revision";
    private static final String SELECT = "select " + COLUMNS + " from schedule";
    private static final String SELECT_RUN =
            "select schedule_id, fire_at, kind, outcome, fires, last_at, job_id, detail, is_open from schedule_run";
    private static final RowMapper<Row> ROWS = ConstructorMapper.of(Row.class);
    private static final RowMapper<Run> RUNS = ConstructorMapper.of(Run.class);
    private static final int MAX_TEXT = 300;

    private final Database database;

    /**
     * A schedule as it is stored.
     *
     * @param platform the platform that declares it; null for one of a caller
     * @param revision raised by each change; a change requires the one that was read
     */
    record Row(
            String id,
            @Nullable String platform,
            String name,
            String owner,
            String ownerKind,
            @Nullable String keyRoot,
            String scope,
            String target,
            String definition,
            Instant startsAt,
            String state,
            @Nullable String reason,
            Instant nextAt,
            Instant createdAt,
            Instant changedAt,
            long revision) {
        Plan plan() {
            return Plan.of(Definition.parse(definition), startsAt);
        }

        /** The permissions that were frozen. */
        Set<String> frozen() {
            return Arrays.stream(scope.split(" "))
                    .filter(word -> !word.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** This row in place of another one, whose id, state and creation stay. */
        Row over(Row before) {
            return new Row(
                    before.id,
                    platform,
                    name,
                    owner,
                    ownerKind,
                    keyRoot,
                    scope,
                    target,
                    definition,
                    startsAt,
                    before.state,
                    before.reason,
                    nextAt,
                    before.createdAt,
                    changedAt,
                    before.revision);
        }

        /** A copy in another state, with another next time. */
        Row in(String newState, @Nullable String newReason, Instant newNext) {
            return new Row(
                    id,
                    platform,
                    name,
                    owner,
                    ownerKind,
                    keyRoot,
                    scope,
                    target,
                    definition,
                    startsAt,
                    newState,
                    newReason,
                    newNext,
                    createdAt,
                    changedAt,
                    revision);
        }
    }

    /** The outcomes of a time. */
    enum Outcome {
        /** Its job was enqueued. */
        STARTED,
        /** It waits for the end of the run before. */
        WAITING,
        /** The run before had not ended. */
        SKIPPED,
        /** It passed while no node ran, and was not made up for. */
        MISSED,
        /** Its job was refused. */
        REFUSED
    }

    /**
     * What became of a time, or of several that were missed.
     *
     * @param fires how many times it stands for
     * @param lastAt the last of them
     * @param isOpen whether its job had not ended when it was looked at last
     */
    record Run(
            String scheduleId,
            Instant fireAt,
            String kind,
            Outcome outcome,
            int fires,
            Instant lastAt,
            @Nullable String jobId,
            @Nullable String detail,
            boolean isOpen) {
        static Run of(
                Row row, Instant at, String kind, Outcome outcome, @Nullable String jobId, @Nullable String detail) {
            String cut = detail == null || detail.length() <= MAX_TEXT ? detail : detail.substring(0, MAX_TEXT);
            return new Run(row.id(), at, kind, outcome, 1, at, jobId, cut, outcome == Outcome.STARTED);
        }

        static Run missed(Row row, Instant first, Instant last, int fires) {
            return new Run(row.id(), first, BY_TIME, Outcome.MISSED, fires, last, null, null, false);
        }
    }

    ScheduleStore(Database database) {
        this.database = database;
    }

    /** Runs work in one transaction. */
    <T> T change(Transaction.Work<T> work) {
        return database.change(work);
    }

    Optional<Row> find(String id) {
        return database.read(transaction -> find(transaction, id));
    }

    Optional<Row> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery(SELECT + " where id = :id")
                .bind("id", id)
                .map(ROWS)
                .findOne();
    }

    /** The schedules after an id, in the order of ids: those of an owner, or all. */
    List<Row> list(Optional<String> owner, String after, int limit) {
        return database.jdbi().withHandle(handle -> handle.createQuery(SELECT + " where id > :after"
                        + (owner.isPresent() ? " and owner = :owner" : "")
                        + " order by id fetch first " + limit + " rows only")
                .bind("after", after)
                .bindMap(owner.map(id -> Map.<String, Object>of("owner", id)).orElse(Map.of()))
                .map(ROWS)
                .list());
    }

    /** The schedules that a platform declares, by name. */
    Map<String, Row> declared(Transaction transaction, String platform) {
        return transaction
                .handle()
                .createQuery(SELECT + " where platform = :platform")
                .bind("platform", platform)
                .map(ROWS)
                .stream()
                .collect(Collectors.toMap(Row::name, row -> row, (one, other) -> one, TreeMap::new));
    }

    /** A place in the order of schedules that are due. */
    record Place(Instant nextAt, String id) {
        static final Place FIRST = new Place(Instant.EPOCH, "");
    }

    /**
     * The active schedules whose time has come, the longest due first.
     *
     * @param after the place behind which the list begins
     * @param platforms those of which declared schedules are wanted
     */
    List<Row> due(Instant now, Place after, Set<String> platforms, int limit) {
        String declared = platforms.isEmpty() ? "" : " or platform in (<platforms>)";
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery(SELECT + " where state = 'active' and next_at <= :now and next_at >= :at"
                    + " and (next_at > :at or id > :id) and (platform is null" + declared
                    + ") order by state, next_at, id fetch first " + limit + " rows only");
            if (!platforms.isEmpty()) {
                query.bindList("platforms", List.copyOf(platforms));
            }
            return query.bind("now", now)
                    .bind("at", after.nextAt())
                    .bind("id", after.id())
                    .map(ROWS)
                    .list();
        });
    }

    /** The platforms that have declared schedules. */
    Set<String> declaring() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select distinct platform from schedule where platform is not null")
                .mapTo(String.class)
                .set());
    }

    /** The first keys of the chains that active schedules depend on. */
    List<String> keyRoots() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select distinct key_root from schedule where state = 'active' and key_root is not null")
                .mapTo(String.class)
                .list());
    }

    /** The active schedules that depend on a chain of keys. */
    List<Row> activeOf(String keyRoot) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(SELECT + " where state = 'active' and key_root = :root")
                        .bind("root", keyRoot)
                        .map(ROWS)
                        .list());
    }

    /** The number of schedules by state. */
    Map<String, Integer> counts() {
        return database.jdbi().withHandle(handle -> handle
                .createQuery("select state, count(*) as total from schedule group by state")
                .map((row, context) -> Map.entry(row.getString("state"), row.getInt("total")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Locks the principal, so that its schedules are created one after the other; then counts them. */
    long countOf(Transaction transaction, String owner) {
        int unused = transaction.handle().execute("update principal set kind = kind where id = ?", owner);
        return count(transaction, "owner", owner);
    }

    /** The number of schedules that a platform runs. */
    long countFor(Transaction transaction, String target) {
        return count(transaction, "target", target);
    }

    private static long count(Transaction transaction, String column, String value) {
        return transaction
                .handle()
                .createQuery("select count(*) from schedule where " + column + " = :value")
                .bind("value", value)
                .mapTo(Long.class)
                .one();
    }

    /** Inserts a schedule; false where the platform has declared one of this name already. */
    boolean insert(Transaction transaction, Row row) {
        return database.insert(
                transaction.handle(),
                "insert into schedule (" + COLUMNS + ") values (:id, :platform, :name, :owner, :ownerKind, :keyRoot,"
                        + " :scope, :target, :definition, :startsAt, :state, :reason, :nextAt, :createdAt, :changedAt,"
                        + " :revision)",
                row);
    }

    /** Replaces a schedule that has not changed since it was read. */
    boolean update(Transaction transaction, Row row) {
        return transaction
                        .handle()
                        .createUpdate("update schedule set name = :name, key_root = :keyRoot, scope = :scope,"
                                + " target = :target, definition = :definition, starts_at = :startsAt, state = :state,"
                                + " reason = :reason, next_at = :nextAt, changed_at = :changedAt, revision = revision + 1"
                                + " where id = :id and revision = :revision")
                        .bind("name", row.name())
                        .bind("keyRoot", row.keyRoot())
                        .bind("scope", row.scope())
                        .bind("target", row.target())
                        .bind("definition", row.definition())
                        .bind("startsAt", row.startsAt())
                        .bind("state", row.state())
                        .bind("reason", row.reason())
                        .bind("nextAt", row.nextAt())
                        .bind("changedAt", row.changedAt())
                        .bind("id", row.id())
                        .bind("revision", row.revision())
                        .execute()
                > 0;
    }

    /**
     * Moves the next time of an active schedule that has not changed since it was read: whoever succeeds fires. It never
     * goes back.
     */
    boolean move(Transaction transaction, Row row, Instant next) {
        return transaction
                        .handle()
                        .createUpdate("update schedule set next_at = :next, revision = revision + 1"
                                + " where id = :id and revision = :revision and state = 'active' and next_at < :next")
                        .bind("next", next)
                        .bind("id", row.id())
                        .bind("revision", row.revision())
                        .execute()
                > 0;
    }

    /** Locks a schedule until the transaction ends, and returns it as it is then; empty when it was deleted. */
    Optional<Row> lock(Transaction transaction, String id) {
        int locked = transaction.handle().execute("update schedule set revision = revision where id = ?", id);
        return locked == 0 ? Optional.empty() : find(transaction, id);
    }

    /** Deletes a schedule and its history. */
    boolean delete(Transaction transaction, String id) {
        int deleted = transaction.handle().execute("delete from schedule where id = ?", id);
        int unused = transaction.handle().execute("delete from schedule_run where schedule_id = ?", id);
        return deleted > 0;
    }

    /** Inserts what became of a time; false where that is known already. */
    boolean insert(Transaction transaction, Run run) {
        return database.insert(
                transaction.handle(),
                "insert into schedule_run (schedule_id, fire_at, kind, outcome, fires, last_at, job_id, detail, is_open)"
                        + " values (:scheduleId, :fireAt, :kind, :outcome, :fires, :lastAt, :jobId, :detail, :isOpen)",
                run);
    }

    /** Replaces the outcome of a time. */
    void update(Transaction transaction, Run run) {
        transaction
                .handle()
                .createUpdate("update schedule_run set outcome = :outcome, job_id = :jobId, detail = :detail,"
                        + " is_open = :isOpen where schedule_id = :scheduleId and fire_at = :fireAt and kind = :kind")
                .bind("outcome", run.outcome())
                .bind("jobId", run.jobId())
                .bind("detail", run.detail())
                .bind("isOpen", run.isOpen())
                .bind("scheduleId", run.scheduleId())
                .bind("fireAt", run.fireAt())
                .bind("kind", run.kind())
                .execute();
    }

    /** The runs of a schedule whose jobs had not ended when they were looked at last, and those that wait, in order. */
    List<Run> unfinished(Transaction transaction, String scheduleId) {
        return transaction
                .handle()
                .createQuery(SELECT_RUN + " where schedule_id = :id and (is_open = true or outcome = 'WAITING')"
                        + " order by fire_at, kind")
                .bind("id", scheduleId)
                .map(RUNS)
                .list();
    }

    /**
     * The ids of active schedules with a run that waits, in their order.
     *
     * @param after the id behind which the list begins
     * @param platforms those of which declared schedules are wanted
     */
    List<String> waiting(String after, Set<String> platforms, int limit) {
        String declared = platforms.isEmpty() ? "" : " or s.platform in (<platforms>)";
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery("select r.schedule_id from schedule_run r"
                    + " join schedule s on s.id = r.schedule_id and s.state = 'active' and (s.platform is null"
                    + declared
                    + ") where r.outcome = 'WAITING' and r.schedule_id > :after"
                    + " group by r.schedule_id order by r.schedule_id fetch first "
                    + limit
                    + " rows only");
            if (!platforms.isEmpty()) {
                query.bindList("platforms", List.copyOf(platforms));
            }
            return query.bind("after", after).mapTo(String.class).list();
        });
    }

    /** The last runs of a schedule, the latest first. */
    List<Run> runs(String scheduleId, int limit) {
        return database.jdbi().withHandle(handle -> handle.createQuery(SELECT_RUN
                        + " where schedule_id = :id order by fire_at desc, kind fetch first " + limit + " rows only")
                .bind("id", scheduleId)
                .map(RUNS)
                .list());
    }

    /** The number of times that were missed, of those in the history. */
    long missed(String scheduleId) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select coalesce(sum(fires), 0) from schedule_run where schedule_id = :id and outcome = 'MISSED'")
                .bind("id", scheduleId)
                .mapTo(Long.class)
                .one());
    }

    /** Deletes what is older than the last runs of a schedule, and has ended. */
    void trim(Transaction transaction, String scheduleId, int keep) {
        transaction
                .handle()
                .createUpdate("delete from schedule_run where schedule_id = :id and is_open = false"
                        + " and outcome <> 'WAITING' and fire_at < (select fire_at from schedule_run"
                        + " where schedule_id = :id order by fire_at desc offset " + keep
                        + " rows fetch first 1 row only)")
                .bind("id", scheduleId)
                .execute();
    }
}
