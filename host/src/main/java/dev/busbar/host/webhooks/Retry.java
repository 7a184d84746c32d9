package dev.busbar.host.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The times of further attempts: those of Standard Webhooks, spread, and as late as the receiver asks. Stateless. */
final class Retry {
    private static final List<Duration> DELAYS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /** The max number of attempts. */
    static final int MAX_ATTEMPTS = DELAYS.size() + 1;

    private static final Duration MAX_ASKED = Duration.ofDays(1);
    private static final double SPREAD = 0.1;

    private Retry() {}

    /**
     * The time of the next attempt; empty when there is none.
     *
     * @param attempts the number of attempts so far
     * @param retryAfter what the receiver asks for, which counts if it is later; at most a day
     */
    static Optional<Instant> next(int attempts, Optional<String> retryAfter, Instant now, RandomGenerator random) {
        if (attempts >= MAX_ATTEMPTS) {
            return Optional.empty();
        }
        long millis = DELAYS.get(attempts - 1).toMillis();
        Instant own = now.plusMillis(millis + (long) (millis * SPREAD * random.nextDouble()));
        return Optional.of(retryAfter
                .flatMap(text -> asked(text, now))
                .filter(own::isBefore)
                .orElse(own));
    }

    /** Seconds, or a date (RFC 9110 section 10.2.3); what is neither is ignored. */
    private static Optional<Instant> asked(String text, Instant now) {
        Instant latest = now.plus(MAX_ASKED);
        if (text.matches("\\d{1,18}")) {
            long seconds = Math.min(Long.parseLong(text), MAX_ASKED.toSeconds());
            return Optional.of(now.plusSeconds(seconds));
        }
        try {
            Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
            return Optional.of(date.isAfter(latest) ? latest : date);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
