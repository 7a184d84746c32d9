package dev.busbar.host.schedules;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rule by which the times of a schedule follow each other. Immutable. */
sealed interface Recurrence permits Cron, Interval {
    /**
     * A time of a schedule.
     *
     * @param at the instant
     * @param wall the time that the expression names, if a change of the clocks moved the instant away from it or makes that
     *     time occur twice; empty otherwise
     */
    record Occurrence(Instant at, Optional<LocalDateTime> wall) {}

    /** The first time after an instant, exclusively. */
    Occurrence after(Instant instant);

    /** The instant of the first time after another one, exclusively. */
    default Instant next(Instant instant) {
        return after(instant).at();
    }

    /** The first times after an instant. */
    default List<Occurrence> upcoming(Instant instant, int count) {
        return Stream.iterate(after(instant), last -> after(last.at()))
                .limit(count)
                .toList();
    }
}
