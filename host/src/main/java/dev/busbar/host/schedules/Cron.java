package dev.busbar.host.schedules;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.busbar.plugin.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression of five fields in a time zone. Immutable; safe for any number of threads.
 *
 * <p>An expression with fixed hours names times of the clock: one that a change of the clocks leaves out is moved to the
 * end of the gap, one that occurs twice is taken the first time. An expression whose hour field has a {@code *} names
 * times that pass: it runs whenever the clock shows a matching time, also in the hour that is repeated, and no run takes
 * the place of those in a gap. No cron library does both, so the library computes on a clock that never changes, and the
 * zone is applied here.
 */
final class Cron implements Recurrence {
    private static final int MAX_LENGTH = 256;
    private static final Pattern CHARACTERS = Pattern.compile("[0-9A-Za-z*,/ -]*");
    private static final String EXPECTED =
            "expected: five fields, minute hour day-of-month month day-of-week, such as 30 2 * * MON-FRI";
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    /** Before a leap year, so that an expression without a time in the next ten years has none at all. */
    private static final LocalDateTime REFERENCE = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final ExecutionTime times;
    private final ZoneId zone;
    private final boolean fixedHours;

    private Cron(ExecutionTime times, ZoneId zone, boolean fixedHours) {
        this.times = times;
        this.zone = zone;
        this.fixedHours = fixedHours;
    }

    /**
     * Parses an expression.
     *
     * @throws ProblemException 422 when it is malformed or has no time
     */
    static Cron parse(String text, ZoneId zone) {
        String[] fields =
                text.length() > MAX_LENGTH ? new String[0] : text.strip().split(" +");
        if (fields.length != 5 || !CHARACTERS.matcher(text).matches()) {
            throw refused(text, EXPECTED);
        }
        ExecutionTime times;
        try {
            times = ExecutionTime.forCron(PARSER.parse(text.strip()));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw refused(text, e.getMessage() + "; " + EXPECTED);
        }
        Cron cron = new Cron(times, zone, fields[1].indexOf('*') < 0);
        if (cron.nextWall(REFERENCE) == null) {
            throw refused(text, "expected: a date that exists");
        }
        return cron;
    }

    private static ProblemException refused(String text, String expected) {
        return ProblemException.invalid("/cron", Quoted.of(text) + " (" + expected + ")");
    }

    /**
     * Parses the name of a time zone.
     *
     * @throws ProblemException 422 when there is none of this name
     */
    static ZoneId zone(String name) {
        try {
            if (name.equals("UTC") || name.indexOf('/') > 0) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException e) {
            throw noZone(name);
        }
        throw noZone(name);
    }

    private static ProblemException noZone(String name) {
        return ProblemException.invalid(
                "/zone", Quoted.of(name) + " (expected: a name of the IANA time zone database, such as Europe/Berlin)");
    }

    /** Returns whether the expression names times of the clock. */
    boolean hasFixedHours() {
        return fixedHours;
    }

    ZoneId zone() {
        return zone;
    }

    @Override
    public Occurrence after(Instant instant) {
        return fixedHours ? ofTheClock(instant) : ofElapsedTime(instant);
    }

    private Occurrence ofTheClock(Instant instant) {
        ZoneRules rules = zone.getRules();
        LocalDateTime wall = LocalDateTime.ofInstant(instant, zone);
        while (true) {
            wall = wall(wall);
            @Nullable ZoneOffsetTransition change = rules.getTransition(wall);
            Instant at = change != null && change.isGap()
                    ? change.getInstant()
                    : wall.atZone(zone).toInstant();
            if (at.isAfter(instant)) {
                return new Occurrence(at, change == null ? Optional.empty() : Optional.of(wall));
            }
        }
    }

    /** Searches each stretch of time with one offset by itself. */
    private Occurrence ofElapsedTime(Instant instant) {
        ZoneRules rules = zone.getRules();
        Instant start = instant;
        LocalDateTime wall = LocalDateTime.ofInstant(start, zone);
        while (true) {
            LocalDateTime found = wall(wall);
            Instant at = found.toInstant(rules.getOffset(start));
            @Nullable ZoneOffsetTransition change = rules.nextTransition(start);
            if (change == null || at.isBefore(change.getInstant())) {
                return new Occurrence(at, rules.getTransition(found) == null ? Optional.empty() : Optional.of(found));
            }
            start = change.getInstant();
            wall = change.getDateTimeAfter().minusNanos(1);
        }
    }

    /** The first matching time of the clock in a stretch of it; empty if there is none. */
    Optional<LocalDateTime> firstWall(LocalDateTime from, LocalDateTime until) {
        LocalDateTime found = wall(from.minusNanos(1));
        return found.isBefore(until) ? Optional.of(found) : Optional.empty();
    }

    private LocalDateTime wall(LocalDateTime after) {
        @Nullable LocalDateTime next = nextWall(after);
        if (next == null) {
            throw new IllegalStateException("cron expression: no time after " + after + " (expected: one)");
        }
        return next;
    }

    private @Nullable LocalDateTime nextWall(LocalDateTime after) {
        return times.nextExecution(after.atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime)
                .orElse(null);
    }
}
