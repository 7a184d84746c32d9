package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.LocalDate;
import java.util.Optional;

/**
 * That a {@link Route} should not be used any more. The host says so in each of its answers, by {@code Deprecation} (RFC
 * 9745), {@code Sunset} (RFC 8594) and {@code Link}, and in the description of the route. Dates are days in UTC.
 *
 * @param since the day from which it is deprecated; may be in the future
 * @param sunset the day on which it will be gone; empty while that is open
 * @param link where clients read what to do instead; empty where nothing is written
 */
public record Deprecation(LocalDate since, Optional<LocalDate> sunset, Optional<URI> link) {
    /** Refuses an end before the beginning (RFC 9745 section 4), and a link that does not stand by itself. */
    public Deprecation {
        requireNonNull(since, "since");
        requireNonNull(sunset, "sunset");
        requireNonNull(link, "link");
        if (sunset.filter(end -> end.isBefore(since)).isPresent()) {
            throw new IllegalArgumentException(
                    "deprecation sunset: " + sunset.get() + " (expected: not before " + since + ", when it begins)");
        }
        if (link.filter(target -> !String.valueOf(target.getScheme()).matches("https?"))
                .isPresent()) {
            throw new IllegalArgumentException(
                    "deprecation link: \"" + link.get() + "\" (expected: an address that starts with https://)");
        }
    }

    /** Deprecated from a day on, with an open end. */
    public static Deprecation since(LocalDate day) {
        return new Deprecation(day, Optional.empty(), Optional.empty());
    }

    /**
     * The same with the day on which it will be gone.
     *
     * @throws IllegalArgumentException when that is before the day from which it is deprecated
     */
    public Deprecation sunset(LocalDate day) {
        return new Deprecation(since, Optional.of(day), link);
    }

    /**
     * The same with the address of a page that says what to do instead.
     *
     * @throws IllegalArgumentException when it is not a whole address of http or https
     */
    public Deprecation link(String address) {
        return new Deprecation(since, sunset, Optional.of(URI.create(address)));
    }
}
