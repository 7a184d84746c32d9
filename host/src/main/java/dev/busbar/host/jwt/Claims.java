package dev.busbar.host.jwt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token, read with their types: a claim of another type is rejected, never converted.
 * Immutable.
 */
final class Claims {
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L); // the year 9999
    private static final int MAX_DIGITS = 40;
    private static final int MAX_ELEMENTS = 100;

    private final Map<String, @Nullable Object> members;

    Claims(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    @Nullable Object value(String name) {
        return members.get(name);
    }

    /** A required claim, as a name. */
    String name(String claim) {
        if (members.get(claim) instanceof String text && VerifiedToken.isName(text)) {
            return text;
        }
        throw InvalidTokenException.because("its claim " + claim + " is missing or is not plain text");
    }

    /** An optional claim, as a name. */
    Optional<String> optionalName(String claim) {
        return members.containsKey(claim) ? Optional.of(name(claim)) : Optional.empty();
    }

    /** A required time: a number of seconds, rounded down to milliseconds. */
    Instant time(String claim) {
        Object value = members.get(claim);
        if (value instanceof Long seconds && seconds >= 0 && seconds <= MAX_SECONDS.longValueExact()) {
            return Instant.ofEpochSecond(seconds);
        }
        if (value instanceof BigDecimal seconds && isSmall(seconds)) {
            return Instant.ofEpochMilli(
                    seconds.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact());
        }
        throw InvalidTokenException.because("its claim " + claim + " is missing or is not a time");
    }

    Optional<Instant> optionalTime(String claim) {
        return members.containsKey(claim) ? Optional.of(time(claim)) : Optional.empty();
    }

    /** Checks the scale first: {@code 1e-999999999} is a short text, and a gigabyte as a plain number. */
    private static boolean isSmall(BigDecimal number) {
        return Math.abs((long) number.scale()) <= MAX_DIGITS
                && number.precision() <= MAX_DIGITS
                && number.signum() >= 0
                && number.compareTo(MAX_SECONDS) <= 0;
    }

    /** Words separated by one space each (RFC 6749 section 3.3); empty when the claim is absent. */
    Optional<List<String>> words(String claim) {
        if (!members.containsKey(claim)) {
            return Optional.empty();
        }
        if (members.get(claim) instanceof String text) {
            return Optional.of(text.isEmpty() ? List.of() : Arrays.asList(text.split(" ", -1)));
        }
        throw InvalidTokenException.because("its claim " + claim + " is not text");
    }

    /** The names at the end of a path of member names; none if the path leads nowhere. A text is a list of one name. */
    List<String> names(List<String> path) {
        Object value = members;
        for (String step : path) {
            value = value instanceof Map<?, ?> object ? object.get(step) : null;
        }
        if (value == null) {
            return List.of();
        }
        List<?> found = value instanceof List<?> list ? list : List.of(value);
        List<String> names = new ArrayList<>();
        for (Object name : found) {
            if (!(name instanceof String text) || !VerifiedToken.isName(text) || names.size() == MAX_ELEMENTS) {
                throw InvalidTokenException.because("its roles are not a short list of texts");
            }
            names.add(text);
        }
        return names;
    }
}
