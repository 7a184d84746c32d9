package dev.busbar.host.schedules;

import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A recurrence at a fixed distance, independent of clocks and zones. Immutable.
 *
 * @param start an instant of the series
 * @param period the distance; whole milliseconds
 */
record Interval(Instant start, Duration period) implements Recurrence {
    static final Duration MIN = Duration.ofSeconds(10);
    static final Duration MAX = Duration.ofDays(366);
    private static final String EXPECTED = "expected: an ISO 8601 duration from PT10S to P366D, such as PT15M";
    private static final int MAX_LENGTH = 40;

    /**
     * Parses a period.
     *
     * @throws ProblemException 422 when it is malformed, or shorter or longer than allowed
     */
    static Duration parse(String text) {
        try {
            Duration period = Duration.parse(text.length() > MAX_LENGTH ? "" : text);
            if (period.compareTo(MIN) >= 0
                    && period.compareTo(MAX) <= 0
                    && period.equals(period.truncatedTo(ChronoUnit.MILLIS))) {
                return period;
            }
        } catch (DateTimeParseException e) {
            throw refused(text);
        }
        throw refused(text);
    }

    private static ProblemException refused(String text) {
        return ProblemException.invalid("/interval", Quoted.of(text) + " (" + EXPECTED + ")");
    }

    @Override
    public Occurrence after(Instant instant) {
        if (instant.isBefore(start)) {
            return new Occurrence(start, Optional.empty());
        }
        long millis = period.toMillis();
        long passed = Duration.between(start, instant).toMillis() / millis;
        return new Occurrence(start.plusMillis((passed + 1) * millis), Optional.empty());
    }
}
