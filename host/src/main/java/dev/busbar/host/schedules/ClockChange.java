package dev.busbar.host.schedules;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A coming change of the clocks in the zone of a schedule, and what it does to the runs: told in advance, because it is
 * too late on the day. Immutable.
 *
 * @param at the instant of the change
 * @param from the local time at which it happens, without an offset
 * @param to the local time that the clocks show then
 * @param effect a sentence for people
 */
record ClockChange(Instant at, String from, String to, String effect) {
    private static final Duration AHEAD = Duration.ofDays(366);

    /** The changes of the next year. */
    static List<ClockChange> ahead(Recurrence recurrence, Instant now) {
        if (!(recurrence instanceof Cron cron)) {
            return List.of();
        }
        ZoneId zone = cron.zone();
        List<ClockChange> changes = new ArrayList<>();
        @Nullable ZoneOffsetTransition next = zone.getRules().nextTransition(now);
        while (next != null && next.getInstant().isBefore(now.plus(AHEAD))) {
            changes.add(new ClockChange(
                    next.getInstant(),
                    next.getDateTimeBefore().toString(),
                    next.getDateTimeAfter().toString(),
                    effect(cron, next)));
            next = zone.getRules().nextTransition(next.getInstant());
        }
        return List.copyOf(changes);
    }

    private static String effect(Cron cron, ZoneOffsetTransition change) {
        LocalDateTime before = change.getDateTimeBefore();
        LocalDateTime after = change.getDateTimeAfter();
        Optional<LocalDateTime> hit = change.isGap() ? cron.firstWall(before, after) : cron.firstWall(after, before);
        if (hit.isEmpty()) {
            return "no run is affected";
        }
        String time = hit.get().toLocalTime().toString();
        if (change.isGap()) {
            return cron.hasFixedHours()
                    ? time + " does not exist; the run happens at " + after.toLocalTime()
                    : "the runs from " + before.toLocalTime() + " to " + after.toLocalTime() + " do not happen";
        }
        return cron.hasFixedHours()
                ? time + " occurs twice; the run happens the first time"
                : "the runs from " + after.toLocalTime() + " to " + before.toLocalTime() + " happen twice";
    }
}
