package dev.busbar.host.schedules;

import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.schedules.ScheduleStore.Run;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as clients see it. Immutable.
 *
 * @param platform the platform that declares it; empty for one of a caller
 * @param state {@code active}, {@code paused} or {@code suspended}
 * @param reason why it is suspended
 * @param nextAt the next time; empty unless it is active
 * @param nextRuns the next times, with the local time; none in a list
 * @param clockChanges what the changes of the clocks in the next year do to its times; none in a list
 */
record ScheduleView(
        String id,
        String name,
        String owner,
        Optional<String> platform,
        Optional<String> cron,
        Optional<String> interval,
        String zone,
        Optional<Definition.JobCall> job,
        Optional<Definition.RequestCall> request,
        String missed,
        int maxMissed,
        String overlap,
        String jitter,
        String state,
        Optional<String> reason,
        Optional<Instant> nextAt,
        List<NextRun> nextRuns,
        List<ClockChange> clockChanges,
        Instant createdAt,
        Instant changedAt) {
    private static final int NEXT_RUNS = 5;

    /**
     * A time to come.
     *
     * @param at the instant
     * @param local the same in the zone of the schedule, with the offset
     * @param startsAt when its job starts at the earliest, spread by the jitter
     * @param note what a change of the clocks does to it
     */
    record NextRun(Instant at, String local, Instant startsAt, Optional<String> note) {}

    /**
     * What became of a time, or of several that were missed.
     *
     * @param kind whether it came by its time or by hand
     * @param outcome {@code started}, {@code waiting}, {@code skipped}, {@code missed} or {@code refused}
     * @param times how many times it stands for
     * @param lastAt the last of them
     * @param job the id of its job
     */
    record RunView(
            Instant at,
            String kind,
            String outcome,
            int times,
            Instant lastAt,
            Optional<String> job,
            Optional<String> detail) {
        static RunView of(Run run) {
            return new RunView(
                    run.fireAt(),
                    run.kind(),
                    Firing.name(run.outcome()),
                    run.fires(),
                    run.lastAt(),
                    Optional.ofNullable(run.jobId()),
                    Optional.ofNullable(run.detail()));
        }
    }

    /** The view with what is to come. */
    static ScheduleView of(Row row, Instant now) {
        Plan plan = row.plan();
        boolean active = row.state().equals(ScheduleStore.ACTIVE);
        return of(row, plan, active ? nextRuns(row, plan) : List.of(), ClockChange.ahead(plan.recurrence(), now));
    }

    /** The view in a list: what is to come costs milliseconds for a rare time, such as 29 February. */
    static ScheduleView brief(Row row) {
        return of(row, row.plan(), List.of(), List.of());
    }

    private static ScheduleView of(Row row, Plan plan, List<NextRun> nextRuns, List<ClockChange> clockChanges) {
        Definition definition = Definition.parse(row.definition());
        boolean active = row.state().equals(ScheduleStore.ACTIVE);
        return new ScheduleView(
                row.id(),
                row.name(),
                row.owner(),
                Optional.ofNullable(row.platform()),
                Optional.ofNullable(definition.cron()),
                Optional.ofNullable(definition.interval()),
                plan.zone().getId(),
                Optional.ofNullable(definition.job()),
                Optional.ofNullable(definition.request()),
                plan.missed().name().toLowerCase(Locale.ROOT),
                plan.maxMissed(),
                plan.overlap().name().toLowerCase(Locale.ROOT),
                plan.jitter().toString(),
                row.state(),
                Optional.ofNullable(row.reason()),
                active ? Optional.of(row.nextAt()) : Optional.empty(),
                nextRuns,
                clockChanges,
                row.createdAt(),
                row.changedAt());
    }

    private static List<NextRun> nextRuns(Row row, Plan plan) {
        return plan.recurrence().upcoming(row.nextAt().minusNanos(1), NEXT_RUNS).stream()
                .map(next -> new NextRun(
                        next.at(),
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(next.at().atZone(plan.zone())),
                        plan.startOf(row.id(), next.at()),
                        note(next, plan.zone())))
                .toList();
    }

    private static Optional<String> note(Recurrence.Occurrence next, ZoneId zone) {
        return next.wall().map(wall -> {
            @Nullable ZoneOffsetTransition change = zone.getRules().getTransition(wall);
            return change != null && change.isGap()
                    ? wall.toLocalTime() + " does not exist on that day; it runs at "
                            + change.getDateTimeAfter().toLocalTime()
                    : wall.toLocalTime() + " occurs twice on that day";
        });
    }
}
