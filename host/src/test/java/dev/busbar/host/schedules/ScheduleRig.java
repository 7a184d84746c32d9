package dev.busbar.host.schedules;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.AccessRig;
import dev.busbar.host.access.Keys;
import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.testing.SetClock;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Schedules over a database, with keys, a clock that the test sets, and a queue of jobs in memory. */
final class ScheduleRig {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    final SetClock clock = new SetClock(START);
    final Queue queue = new Queue();
    final AccessRig access;
    final Schedules schedules;
    private final Database database;

    ScheduleRig(Database database, Path data) {
        this(database, data, ScheduleSettings.DEFAULTS);
    }

    ScheduleRig(Database database, Path data, ScheduleSettings settings) {
        this.database = database;
        this.access = new AccessRig(database, data);
        this.schedules = node(settings);
    }

    /** Schedules of another node on the same store. */
    Schedules node() {
        return node(ScheduleSettings.DEFAULTS);
    }

    private Schedules node(ScheduleSettings settings) {
        return new Schedules(
                new Schedules.Means(database, access.access.keys(), queue, access.audit, clock, Meters.NONE), settings);
    }

    /** A caller with a new key, as its requests have it. */
    Requester caller(String owner, String role) {
        return by(access.newKey(owner, role).id());
    }

    /** The holder of a key. */
    Requester by(String keyId) {
        return by(access.access.keys().current(keyId).orElseThrow().caller());
    }

    private static Requester by(Caller caller) {
        return new Requester(caller, Actor.of(caller.principal(), caller.keyId(), "10.1.2.3", "request-1"));
    }

    /** An administrator with a token of another issuer. */
    static Requester admin() {
        PermissionSet all = PermissionSet.of(List.of("*:*", "host:*"));
        return by(new Caller(
                Principal.of("root", Principal.Kind.HUMAN, Set.of("admin")),
                "sso:root",
                all.names(),
                Optional.empty(),
                all::allows,
                Caller.Account.of("sso:root")));
    }

    Keys keys() {
        return access.access.keys();
    }

    /** A schedule for a job of type {@code count}, each hour, with members replaced. */
    static Definition hourly(Map<String, ?> changes) {
        return new Definition(
                        "hourly",
                        "0 * * * *",
                        null,
                        null,
                        new Definition.JobCall("turbo", "count", Map.of("to", 3)),
                        null,
                        null,
                        null,
                        null,
                        null)
                .patched(changes);
    }

    /** A queue of jobs that a test ends. */
    static final class Queue implements ScheduledWork {
        final Map<String, DueRun> jobs = new ConcurrentHashMap<>();
        final java.util.Queue<String> order = new ConcurrentLinkedQueue<>();
        final Set<String> ended = ConcurrentHashMap.newKeySet();
        volatile Set<String> served = Set.of("turbo");
        volatile Set<String> known = Set.of("turbo");
        volatile boolean full;

        @Override
        public Optional<String> permission(Action action) {
            if (!known.contains(action.platform())) {
                throw ProblemException.invalid("/job/platform", "expected: a platform");
            }
            return Optional.of(action.platform() + ":read");
        }

        @Override
        public String enqueue(Transaction transaction, DueRun run) {
            if (full) {
                throw ProblemType.QUOTA_EXCEEDED.problem("the queue is full");
            }
            String id = UUID.randomUUID().toString();
            if (jobs.values().stream().anyMatch(other -> other.uniqueKey().equals(run.uniqueKey()))) {
                throw new IllegalStateException(run.uniqueKey() + " is enqueued twice");
            }
            jobs.put(id, run);
            order.add(id);
            return id;
        }

        /** Ends all jobs. */
        void endAll() {
            ended.addAll(jobs.keySet());
        }

        /** The job that was enqueued last. */
        @Nullable DueRun last() {
            return order.stream().reduce((one, other) -> other).map(jobs::get).orElse(null);
        }

        @Override
        public void committed() {}

        @Override
        public boolean isUnfinished(Transaction transaction, String jobId) {
            return !ended.contains(jobId);
        }

        @Override
        public Set<String> served() {
            return served;
        }

        @Override
        public Set<String> known() {
            return known;
        }

        @Override
        public Optional<Caller> platform(String id) {
            PermissionSet own = PermissionSet.of(List.of(id + ":*"));
            String name = "platform:" + id;
            return served.contains(id)
                    ? Optional.of(new Caller(
                            Principal.of(name, Principal.Kind.PLATFORM, Set.of()),
                            name,
                            own.names(),
                            Optional.empty(),
                            own::allows,
                            Caller.Account.of(name)))
                    : Optional.empty();
        }
    }
}
