package dev.busbar.host.schedules;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Keys;
import dev.busbar.host.access.Requester;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.schedules.ScheduleStore.Outcome;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.schedules.ScheduleStore.Run;
import dev.busbar.host.schedules.ScheduledWork.Action;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schedules of a host: created, changed, fired and suspended. A schedule runs with the permissions that its creating
 * credential had then and has still; a successor of that key carries it on, a revocation suspends it. Safe for any number
 * of threads and nodes; every method uses the store.
 */
public final class Schedules {
    /** The period of {@link #fire}. */
    public static final Duration FIRE_PERIOD = Duration.ofSeconds(1);

    /** The period of {@link #sweep}. */
    public static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    static final String ADMIN = "host:schedules";
    private static final String ENDED = "the key that it runs with is revoked or has expired, or its owner is disabled";

    private final Means means;
    private final ScheduleSettings settings;
    private final ScheduleStore store;
    private final Firing firing;
    private final DeclaredSchedules declared;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * The means of schedules.
     *
     * @param keys the callers behind keys
     * @param work the queue of jobs
     */
    public record Means(
            Database database, Keys keys, ScheduledWork work, AuditTrail audit, Clock clock, Meters meters) {}

    /** The schedules of a database. */
    public Schedules(Means means, ScheduleSettings settings) {
        this.means = means;
        this.settings = settings;
        this.store = new ScheduleStore(means.database());
        this.firing = new Firing(store, means, this::caller, this::count);
        this.declared = new DeclaredSchedules(store, means);
        for (String state : List.of(ScheduleStore.ACTIVE, ScheduleStore.PAUSED, ScheduleStore.SUSPENDED)) {
            means.meters()
                    .gauge(
                            "busbar.schedules",
                            "Schedules by state",
                            () -> counts.getOrDefault(state, 0),
                            "state",
                            state);
        }
    }

    private void count(Outcome outcome) {
        means.meters()
                .count("busbar.schedule.runs", "Times of schedules by outcome", "outcome", Firing.name(outcome))
                .increment();
    }

    /** The routes over schedules. */
    public List<HostRoute> routes() {
        return new ScheduleRoutes(this).routes();
    }

    /**
     * Replaces the schedules that a platform declares by those of the version that is served now. One that did not change
     * keeps its next time; one that was paused stays paused.
     */
    public void declare(String platform, List<ScheduledWork.Declared> schedules) {
        declared.replace(platform, schedules);
    }

    /** The platforms that have declared schedules. */
    public Set<String> declaring() {
        return store.declaring();
    }

    /** Fires what is due. Called periodically on every node. */
    public void fire() {
        firing.fire();
    }

    /** Suspends what depends on an ended key, and counts. Called periodically on every node. */
    public void sweep() {
        for (String root : store.keyRoots()) {
            if (means.keys().frozen(root, Set.of()).isEmpty()) {
                store.activeOf(root).forEach(this::suspend);
            }
        }
        declared.sweep();
        Map<String, Integer> now = store.counts();
        counts.keySet().retainAll(now.keySet());
        counts.putAll(now);
    }

    /** The caller that a schedule runs as; empty, and the schedule suspended, when its credential has ended. */
    private Optional<Caller> caller(Row row) {
        if (row.platform() != null) {
            return means.work().platform(row.platform());
        }
        Optional<Caller> caller =
                Optional.ofNullable(row.keyRoot()).flatMap(root -> means.keys().frozen(root, row.frozen()));
        if (caller.isEmpty()) {
            suspend(row);
        }
        return caller;
    }

    private void suspend(Row row) {
        boolean unused = store.change(transaction -> {
            boolean changed = store.update(transaction, row.in(ScheduleStore.SUSPENDED, ENDED, row.nextAt()));
            if (changed) {
                append(transaction, "schedule.suspend", Actor.HOST, row);
            }
            return changed;
        });
    }

    /**
     * Creates a schedule that runs with the permissions of its requester.
     *
     * @throws ProblemException 422 that names what is invalid; 403 without the permission of the action, or with a credential
     *     that is not bound to a key; 409 when there are too many
     */
    Row create(Definition asked, Requester by) {
        Instant now = now();
        Plan plan = Plan.of(asked, now);
        requirePermitted(plan.action(), by.caller());
        Row row = new Row(
                UUID.randomUUID().toString(),
                null,
                plan.name(),
                by.caller().principal().id(),
                by.caller().principal().kind().name().toLowerCase(Locale.ROOT),
                keyRoot(by.caller()),
                scope(by.caller()),
                plan.action().platform(),
                asked.stored(),
                now,
                ScheduleStore.ACTIVE,
                null,
                plan.recurrence().next(now),
                now,
                now,
                0);
        return store.change(transaction -> {
            requireBelow(store.countOf(transaction, row.owner()), settings.perPrincipal(), "you have");
            requireBelow(
                    store.countFor(transaction, row.target()),
                    settings.perPlatform(),
                    "platform " + row.target() + " runs");
            boolean unused = store.insert(transaction, row);
            append(transaction, "schedule.create", by.actor(), row);
            return row;
        });
    }

    private static void requireBelow(long count, int max, String who) {
        if (count >= max) {
            throw ProblemException.conflict(
                    who + " " + count + " schedules (expected: at most " + max + "; delete one that is not needed)");
        }
    }

    private Instant now() {
        return means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The key that has to be valid whenever the schedule runs. A token of another issuer has none that could be revoked. */
    private static String keyRoot(Caller caller) {
        if (caller.keyId().indexOf(':') >= 0) {
            throw ProblemType.FORBIDDEN.problem(
                    "a schedule outlives a token of another issuer (expected: an API key, or a"
                            + " token that was issued for one)");
        }
        return caller.account().id();
    }

    private static String scope(Caller caller) {
        return String.join(" ", caller.permissions());
    }

    private void requirePermitted(Action action, Caller caller) {
        Optional<String> needed = means.work().permission(action);
        if (needed.isPresent() && !caller.permits().test(needed.get())) {
            throw ProblemType.FORBIDDEN
                    .problem("this schedule needs the permission " + needed.get())
                    .with("requiredPermission", needed.get());
        }
    }

    /** The schedules that a caller may see, in the order of their ids. */
    List<Row> list(Caller caller, Optional<String> owner, String after, int limit) {
        Optional<String> shown =
                isAdmin(caller) ? owner : Optional.of(caller.principal().id());
        boolean none = (owner.isPresent() && !owner.equals(shown))
                || isUnknown(after)
                || owner.filter(Schedules::isUnknown).isPresent();
        return none ? List.of() : store.list(shown, after, limit);
    }

    /** True for a text that no row has, and that a database may refuse. */
    private static boolean isUnknown(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private Optional<Row> stored(String id) {
        return isUnknown(id) ? Optional.empty() : store.find(id);
    }

    static boolean isAdmin(Caller caller) {
        return caller.permits().test(ADMIN);
    }

    /**
     * A schedule that a caller may see. One whose key has ended since it was looked at last is suspended first.
     *
     * @throws ProblemException 404
     */
    Row find(String id, Caller caller) {
        Row row = visible(stored(id), caller);
        if (row.state().equals(ScheduleStore.ACTIVE)
                && row.platform() == null
                && caller(row).isEmpty()) {
            return visible(stored(id), caller);
        }
        return row;
    }

    private static Row visible(Optional<Row> found, Caller caller) {
        return found.filter(row -> isAdmin(caller) || isOwner(row, caller))
                .orElseThrow(() -> ProblemException.notFound("there is no schedule of this id that you may see"));
    }

    private static boolean isOwner(Row row, Caller caller) {
        return row.owner().equals(caller.principal().id());
    }

    /** The last runs of a schedule, the latest first. */
    List<Run> runs(Row row, int limit) {
        return store.runs(row.id(), limit);
    }

    /** The number of times that were missed, of those in the history. */
    long missed(Row row) {
        return store.missed(row.id());
    }

    Instant clock() {
        return means.clock().instant();
    }

    /**
     * Changes a schedule. It runs with the permissions of the credential that changes it from then on.
     *
     * @param patch a merge patch of the definition
     * @throws ProblemException 404; 403 for another than the owner; 409 for a declared one; 422
     */
    Row change(String id, Map<?, ?> patch, Requester by) {
        Row before = find(id, by.caller());
        requireOwner(before, by.caller());
        Definition asked = Definition.parse(before.definition()).patched(patch);
        Instant now = now();
        Plan plan = Plan.of(asked, before.startsAt());
        requirePermitted(plan.action(), by.caller());
        boolean isSame = List.of("cron", "interval", "zone").stream().noneMatch(patch::containsKey);
        Plan moved = isSame ? plan : Plan.of(asked, now);
        Row after = new Row(
                id,
                null,
                plan.name(),
                before.owner(),
                before.ownerKind(),
                keyRoot(by.caller()),
                scope(by.caller()),
                plan.action().platform(),
                asked.stored(),
                isSame ? before.startsAt() : now,
                before.state(),
                before.reason(),
                isSame ? before.nextAt() : moved.recurrence().next(now),
                before.createdAt(),
                now,
                before.revision());
        return update(after, "schedule.change", by);
    }

    private static void requireOwner(Row row, Caller caller) {
        requireNotDeclared(row);
        if (!isOwner(row, caller)) {
            throw ProblemType.FORBIDDEN.problem(
                    "only the owner may do this, because the schedule runs with the permissions of " + row.owner());
        }
    }

    private static void requireNotDeclared(Row row) {
        if (row.platform() != null) {
            throw ProblemException.conflict("the schedule is declared by plugin " + row.platform()
                    + " (expected: pause it, or install a version that does not declare it)");
        }
    }

    private Row update(Row row, String action, Requester by) {
        return store.change(transaction -> {
            if (!store.update(transaction, row)) {
                throw ProblemException.conflict("the schedule has changed meanwhile; read it again");
            }
            append(transaction, action, by.actor(), row);
            return store.find(transaction, row.id()).orElse(row);
        });
    }

    /** Deletes a schedule and its history; its jobs stay. */
    void delete(String id, Requester by) {
        Row row = visible(stored(id), by.caller());
        requireNotDeclared(row);
        boolean unused = store.change(transaction -> {
            boolean deleted = store.delete(transaction, id);
            append(transaction, "schedule.delete", by.actor(), row);
            return deleted;
        });
    }

    /** Pauses a schedule: its times pass without runs, and are not missed. */
    Row pause(String id, Requester by) {
        Row row = find(id, by.caller());
        return row.state().equals(ScheduleStore.ACTIVE)
                ? update(row.in(ScheduleStore.PAUSED, null, row.nextAt()), "schedule.pause", by)
                : row;
    }

    /**
     * Resumes a schedule, with its next time from now. A suspended one is resumed by its owner, with whose credential it runs
     * from then on.
     */
    Row resume(String id, Requester by) {
        Row row = find(id, by.caller());
        if (row.state().equals(ScheduleStore.ACTIVE)) {
            return row;
        }
        Row bound = row;
        if (row.state().equals(ScheduleStore.SUSPENDED)) {
            requireOwner(row, by.caller());
            requirePermitted(row.plan().action(), by.caller());
            bound = bound(row, by.caller());
        }
        Instant next = row.plan().recurrence().next(now());
        Row active = bound.in(ScheduleStore.ACTIVE, null, next.isAfter(row.nextAt()) ? next : row.nextAt());
        return update(active, "schedule.resume", by);
    }

    private static Row bound(Row row, Caller caller) {
        return new Row(
                row.id(),
                row.platform(),
                row.name(),
                row.owner(),
                row.ownerKind(),
                keyRoot(caller),
                scope(caller),
                row.target(),
                row.definition(),
                row.startsAt(),
                row.state(),
                row.reason(),
                row.nextAt(),
                row.createdAt(),
                row.changedAt(),
                row.revision());
    }

    /**
     * Runs a schedule now, beside its times.
     *
     * @throws ProblemException 404; 403 without the permission of the action; 409 while it is suspended, while the run before
     *     has not ended, or when the queue refuses the job
     */
    Run run(String id, Requester by) {
        Row row = find(id, by.caller());
        Plan plan = row.plan();
        requirePermitted(plan.action(), by.caller());
        Caller as = caller(row)
                .filter(found -> !row.state().equals(ScheduleStore.SUSPENDED))
                .orElseThrow(() -> ProblemException.conflict("the schedule cannot run now: "
                        + (row.platform() == null ? ENDED : "its platform is not served")));
        Firing.Time time = new Firing.Time(row, now(), ScheduleStore.BY_HAND);
        Run run = store.change(transaction -> {
            Optional<Row> unused = store.lock(transaction, id);
            Optional<Run> started = firing.record(transaction, time, as, plan.overlap() == Plan.Overlap.QUEUE);
            append(transaction, "schedule.run", by.actor(), row);
            return started.orElseThrow(() -> ProblemException.conflict("the schedule was run at this very moment"));
        });
        count(run.outcome());
        means.work().committed();
        if (run.outcome() == Outcome.SKIPPED || run.outcome() == Outcome.REFUSED) {
            throw ProblemException.conflict("the schedule does not run now: " + run.detail());
        }
        return run;
    }

    private void append(Transaction transaction, String action, Actor actor, Row row) {
        means.audit()
                .append(
                        transaction,
                        AuditEvent.done(
                                action,
                                actor,
                                "schedule:" + row.id(),
                                Map.of("name", row.name(), "owner", row.owner(), "target", row.target())));
    }
}
