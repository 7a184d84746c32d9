package dev.busbar.host.schedules;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schedules that platforms declare. They follow the version that is served: over a swap, a rollback and a removal. Safe
 * for any number of threads and nodes; uses the store.
 */
final class DeclaredSchedules {
    private static final Duration ABSENCE = Duration.ofDays(1);

    private final ScheduleStore store;
    private final Schedules.Means means;
    /** Platforms with declared schedules that are not known, by the time since when. */
    private final Map<String, Instant> absentSince = new ConcurrentHashMap<>();

    DeclaredSchedules(ScheduleStore store, Schedules.Means means) {
        this.store = store;
        this.means = means;
    }

    /** Replaces the schedules of a platform. */
    void replace(String platform, List<ScheduledWork.Declared> schedules) {
        int unused = store.change(transaction -> {
            Map<String, Row> before = store.declared(transaction, platform);
            int changes = 0;
            for (ScheduledWork.Declared wanted : schedules) {
                Row row = before.remove(wanted.name());
                Row declared = row(platform, wanted);
                if (row == null) {
                    changes += store.insert(transaction, declared) ? 1 : 0;
                } else if (!row.definition().equals(declared.definition())) {
                    changes += store.update(transaction, declared.over(row)) ? 1 : 0;
                }
            }
            for (Row gone : before.values()) {
                changes += store.delete(transaction, gone.id()) ? 1 : 0;
            }
            if (changes > 0) {
                append(transaction, platform, changes);
            }
            return changes;
        });
    }

    private Row row(String platform, ScheduledWork.Declared wanted) {
        Definition definition = Definition.of(platform, wanted);
        Instant now = means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        Plan plan = Plan.of(definition, now);
        return new Row(
                UUID.randomUUID().toString(),
                platform,
                plan.name(),
                "platform:" + platform,
                "platform",
                null,
                "",
                platform,
                definition.stored(),
                now,
                ScheduleStore.ACTIVE,
                null,
                plan.recurrence().next(now),
                now,
                now,
                0);
    }

    private void append(Transaction transaction, String platform, int changes) {
        means.audit()
                .append(
                        transaction,
                        AuditEvent.done(
                                "schedule.declare",
                                Actor.HOST,
                                "plugin:" + platform,
                                Map.of("changes", String.valueOf(changes))));
    }

    /**
     * Deletes the schedules of platforms that have been unknown to this node for a day: another node may have installed one
     * that this node has not heard of yet, or cannot load.
     */
    void sweep() {
        Set<String> declaring = store.declaring();
        declaring.removeAll(means.work().known());
        absentSince.keySet().retainAll(declaring);
        Instant now = means.clock().instant();
        for (String platform : declaring) {
            Instant since = absentSince.computeIfAbsent(platform, absent -> now);
            if (since.plus(ABSENCE).isBefore(now)) {
                replace(platform, List.of());
            }
        }
    }
}
