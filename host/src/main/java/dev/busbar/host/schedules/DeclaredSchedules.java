package dev.busbar.host.schedules;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.store.Transaction;
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
    private final ScheduleStore store;
    private final Schedules.Means means;
    /** Platforms with declared schedules that were not known at the last sweep. */
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

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
     * Deletes the schedules of platforms that were removed: those that this node does not know twice in a row, because another
     * node may have installed one that this node has not heard of yet.
     */
    void sweep() {
        Set<String> declaring = store.declaring();
        Set<String> known = means.work().known();
        declaring.removeAll(known);
        unknown.retainAll(declaring);
        for (String platform : declaring) {
            if (!unknown.add(platform)) {
                replace(platform, List.of());
                unknown.remove(platform);
            }
        }
    }
}
