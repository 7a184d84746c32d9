package dev.busbar.host.content;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** HTTP dates, in the three forms that a recipient must accept (RFC 9110 section 5.6.7). Stateless. */
final class HttpDates {
    private static final DateTimeFormatter PREFERRED = form("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    /** RFC 850; a year of two digits is between 1970 and 2069. */
    private static final DateTimeFormatter OLD = new DateTimeFormatterBuilder()
            .appendPattern("EEEE, dd-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.ENGLISH);

    private static final DateTimeFormatter OF_C = form("EEE MMM ppd HH:mm:ss yyyy");

    private HttpDates() {}

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }

    static boolean isDate(String text) {
        return parse(text).isPresent();
    }

    /** Returns whether both are dates and the first is not after the second. */
    static boolean isNotAfter(String first, String second) {
        Optional<Instant> one = parse(first);
        Optional<Instant> other = parse(second);
        return one.isPresent() && other.isPresent() && !one.get().isAfter(other.get());
    }

    static Optional<Instant> parse(String text) {
        return Stream.of(PREFERRED, OLD, OF_C)
                .flatMap(form -> parse(text, form).stream())
                .findFirst();
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // it may have another form; a malformed date is ignored (section 13.1.3)
        }
    }
}
