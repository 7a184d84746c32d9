package dev.busbar.host.schedules;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The times of a cron expression, found by looking at every minute with a matcher of its own: the oracle of
 * {@link CronTest}. Reads stars, steps, ranges, lists and MON.
 */
final class MinuteScan {
    private final ZoneId zone;
    private final Instant start;
    private final LocalDateTime[] clock;

    MinuteScan(ZoneId zone, Instant start, int days) {
        this.zone = zone;
        this.start = start;
        this.clock = new LocalDateTime[days * 24 * 60];
        for (int minute = 0; minute < clock.length; minute++) {
            clock[minute] = LocalDateTime.ofInstant(start.plus(Duration.ofMinutes(minute)), zone);
        }
    }

    Instant start() {
        return start;
    }

    Instant end() {
        return start.plus(Duration.ofMinutes(clock.length));
    }

    /** The times of an expression, in order. */
    List<Instant> times(String expression) {
        Fields fields = Fields.parse(expression);
        List<Instant> times = new ArrayList<>();
        Set<LocalDateTime> taken = new HashSet<>();
        for (int minute = 0; minute < clock.length; minute++) {
            LocalDateTime before =
                    minute == 0 ? LocalDateTime.ofInstant(start.minus(Duration.ofMinutes(1)), zone) : clock[minute - 1];
            if (fields.fixedHour ? isDue(fields, before, clock[minute], taken) : fields.matches(clock[minute])) {
                times.add(start.plus(Duration.ofMinutes(minute)));
            }
        }
        return times;
    }

    /** A fixed hour: once for each time of the clock, and at the end of a gap for all that it leaves out. */
    private static boolean isDue(Fields fields, LocalDateTime before, LocalDateTime now, Set<LocalDateTime> taken) {
        boolean due = fields.matches(now) && taken.add(now);
        for (LocalDateTime missing = before.plusMinutes(1); missing.isBefore(now); missing = missing.plusMinutes(1)) {
            due |= fields.matches(missing);
        }
        return due;
    }

    private record Fields(
            boolean[] minutes,
            boolean[] hours,
            boolean[] days,
            boolean[] months,
            boolean[] weekdays,
            boolean eitherDay,
            boolean fixedHour) {
        static Fields parse(String expression) {
            String[] parts = expression.replace("MON", "1").split(" ");
            boolean either = !parts[2].equals("*") && !parts[4].equals("*");
            return new Fields(
                    field(parts[0], 0, 59),
                    field(parts[1], 0, 23),
                    field(parts[2], 1, 31),
                    field(parts[3], 1, 12),
                    field(parts[4], 0, 6),
                    either,
                    !parts[1].contains("*"));
        }

        private static boolean[] field(String text, int min, int max) {
            boolean[] set = new boolean[max + 1];
            for (String part : text.split(",")) {
                String[] step = part.split("/");
                int[] range = step[0].equals("*")
                        ? new int[] {min, max}
                        : Arrays.stream(step[0].split("-"))
                                .mapToInt(Integer::parseInt)
                                .toArray();
                int by = step.length > 1 ? Integer.parseInt(step[1]) : 1;
                for (int value = range[0]; value <= range[range.length - 1]; value += by) {
                    set[value] = true;
                }
            }
            return set;
        }

        boolean matches(LocalDateTime time) {
            return minutes[time.getMinute()]
                    && hours[time.getHour()]
                    && months[time.getMonthValue()]
                    && isDay(time.toLocalDate());
        }

        private boolean isDay(LocalDate date) {
            boolean day = days[date.getDayOfMonth()];
            boolean weekday = weekdays[date.getDayOfWeek().getValue() % 7];
            return eitherDay ? day || weekday : day && weekday;
        }
    }
}
