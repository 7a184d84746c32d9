package dev.busbar.host.schedules;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.schedules.ScheduleStore.Outcome;
import dev.busbar.host.schedules.ScheduleStore.Place;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.schedules.ScheduleStore.Run;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The firing of due schedules: one transaction moves the next time and enqueues the jobs, so a time is fired once, whichever
 * node is first and whatever the clocks of others say. May be called from any number of threads and nodes; uses the store.
 */
final class Firing {
    private static final Logger LOG = LoggerFactory.getLogger(Firing.class);
    private static final int BATCH = 100;
    private static final int HISTORY = 100;
    private static final int MAX_WAITING = 100;
    private static final int MAX_FAILING = 10_000;
    /** A time that is looked at so late has not been missed: nodes look every second, and may be busy. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final ScheduleStore store;
    private final Schedules.Means means;
    private final Credentials credentials;
    private final Consumer<Outcome> counts;
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    /** The schedule behind which the next look at those that wait begins. */
    private volatile String admitted = "";

    /** Look-up of the callers that schedules run as. */
    @FunctionalInterface
    interface Credentials {
        /** The caller of a schedule now; empty, and the schedule suspended, when its credential has ended. */
        Optional<Caller> of(Row row);
    }

    Firing(ScheduleStore store, Schedules.Means means, Credentials credentials, Consumer<Outcome> counts) {
        this.store = store;
        this.means = means;
        this.credentials = credentials;
        this.counts = counts;
    }

    /** Fires what is due, and starts what waits for a run that has ended. */
    void fire() {
        Set<String> served = means.work().served();
        Instant now = means.clock().instant();
        List<Row> due = store.due(now, Place.FIRST, served, BATCH);
        while (!due.isEmpty()) {
            due.forEach(row -> each(row.id(), () -> fire(row)));
            Row last = due.get(due.size() - 1);
            // Those that could not be fired stay due, and keep none behind them from their turn.
            due = due.size() < BATCH ? List.of() : store.due(now, new Place(last.nextAt(), last.id()), served, BATCH);
        }
        admit(served);
    }

    /** Looks at some of those that wait, which may be many behind long runs; each gets its turn. */
    private void admit(Set<String> served) {
        List<String> waiting = store.waiting(admitted, served, BATCH);
        admitted = waiting.size() < BATCH ? "" : waiting.get(waiting.size() - 1);
        waiting.forEach(id -> each(id, () -> admit(id)));
    }

    /** One schedule that cannot be fired delays no other, and is logged once; without the store, none can be. */
    private void each(String id, Runnable step) {
        try {
            step.run();
            failing.remove(id);
        } catch (RuntimeException e) {
            if (e instanceof StoreException || Database.isUnavailable(e)) {
                throw e;
            }
            if (failing.size() < MAX_FAILING && failing.add(id)) {
                LOG.error("schedule {} could not be fired; it is tried again", id, e);
            }
        }
    }

    private void fire(Row row) {
        Optional<Caller> as = credentials.of(row);
        if (as.isPresent()) {
            fire(row, as.get());
        }
    }

    private void fire(Row row, Caller as) {
        Plan plan = row.plan();
        Instant now = means.clock().instant();
        boolean all = plan.missed() == Plan.Missed.ALL;
        Due due = Due.of(plan.recurrence(), row.nextAt(), now, (all ? plan.maxMissed() : 1) + 1);
        List<Outcome> outcomes = store.change(transaction -> {
            List<Outcome> done = new ArrayList<>();
            if (store.move(transaction, row, due.next())) {
                List<Instant> starts = starts(plan, due, now, all ? plan.maxMissed() : 1);
                missed(transaction, row, due, starts).ifPresent(done::add);
                boolean queues = starts.size() > 1 || plan.overlap() == Plan.Overlap.QUEUE;
                for (Instant at : starts) {
                    record(transaction, new Time(row, at, ScheduleStore.BY_TIME), as, queues)
                            .map(Run::outcome)
                            .ifPresent(done::add);
                }
                store.trim(transaction, row.id(), HISTORY);
            }
            return done;
        });
        outcomes.forEach(counts);
        means.work().committed();
    }

    /** The times that are run: the last one, or the last ones where all that was missed is made up for. */
    private static List<Instant> starts(Plan plan, Due due, Instant now, int max) {
        List<Instant> last = due.last();
        boolean isLate = last.get(last.size() - 1).isBefore(now.minus(GRACE));
        return plan.missed() == Plan.Missed.SKIP && isLate
                ? List.of()
                : last.subList(Math.max(0, last.size() - max), last.size());
    }

    private Optional<Outcome> missed(Transaction transaction, Row row, Due due, List<Instant> starts) {
        int count = due.count() - starts.size();
        if (count <= 0) {
            return Optional.empty();
        }
        Instant last = due.last().get(due.last().size() - starts.size() - 1);
        boolean unused = store.insert(transaction, Run.missed(row, due.first(), last, count));
        return Optional.of(Outcome.MISSED);
    }

    /**
     * A time of a schedule.
     *
     * @param kind by time or by hand
     */
    record Time(Row row, Instant at, String kind) {
        Run run(Outcome outcome, @Nullable String jobId, @Nullable String detail) {
            return Run.of(row, at, kind, outcome, jobId, detail);
        }
    }

    /** Starts the run of a time, unless the run before has not ended; empty when the time was recorded already. */
    Optional<Run> record(Transaction transaction, Time time, Caller as, boolean queues) {
        List<Run> before = unfinished(transaction, time.row().id());
        boolean waits = before.isEmpty() || (queues && before.size() < MAX_WAITING);
        Run noted = waits
                ? time.run(Outcome.WAITING, null, null)
                : time.run(Outcome.SKIPPED, null, "the run before has not ended");
        if (!store.insert(transaction, noted)) {
            return Optional.empty();
        }
        if (!before.isEmpty()) {
            return Optional.of(noted);
        }
        Run started = started(transaction, time, as);
        store.update(transaction, started);
        return Optional.of(started);
    }

    /** The runs that have not ended; those that have since they were looked at last are marked. */
    private List<Run> unfinished(Transaction transaction, String id) {
        List<Run> left = new ArrayList<>();
        for (Run run : store.unfinished(transaction, id)) {
            if (run.jobId() == null || means.work().isUnfinished(transaction, run.jobId())) {
                left.add(run);
            } else {
                store.update(transaction, ended(run));
            }
        }
        return left;
    }

    private static Run ended(Run run) {
        return new Run(
                run.scheduleId(),
                run.fireAt(),
                run.kind(),
                run.outcome(),
                run.fires(),
                run.lastAt(),
                run.jobId(),
                run.detail(),
                false);
    }

    private Run started(Transaction transaction, Time time, Caller as) {
        Row row = time.row();
        Plan plan = row.plan();
        String key =
                "schedule:" + row.id() + ":" + time.kind() + ":" + time.at().toEpochMilli();
        Instant after = time.kind().equals(ScheduleStore.BY_HAND) ? time.at() : plan.startOf(row.id(), time.at());
        try {
            String job = means.work().enqueue(transaction, new ScheduledWork.DueRun(plan.action(), as, key, after));
            return time.run(Outcome.STARTED, job, null);
        } catch (ProblemException refused) {
            return time.run(Outcome.REFUSED, null, refused.detail());
        }
    }

    /** Starts the first run that waits, if the one before it has ended. */
    private void admit(String id) {
        Optional<Row> row = store.find(id).filter(found -> found.state().equals(ScheduleStore.ACTIVE));
        Optional<Caller> as = row.flatMap(credentials::of);
        if (as.isPresent()) {
            store.change(transaction -> admit(transaction, id, as.get()))
                    .map(Run::outcome)
                    .ifPresent(counts);
            means.work().committed();
        }
    }

    private Optional<Run> admit(Transaction transaction, String id, Caller as) {
        Optional<Row> row = store.lock(transaction, id);
        List<Run> left = unfinished(transaction, id);
        boolean free = row.isPresent() && left.stream().allMatch(run -> run.jobId() == null);
        if (!free || left.isEmpty()) {
            return Optional.empty();
        }
        Run next = left.get(0);
        Run run = started(transaction, new Time(row.get(), next.fireAt(), next.kind()), as);
        store.update(transaction, run);
        return Optional.of(run);
    }

    /** The name of an outcome for clients and metrics. */
    static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
