package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;

/**
 * The deprecation of a {@link Route}. The host announces it in each response, by {@code Deprecation} (RFC 9745), {@code
 * Sunset} (RFC 8594) and {@code Link}, and in the description of the route. Dates are days in UTC. Immutable.
 */
public final class Deprecation {
    private final LocalDate since;
    private final Optional<LocalDate> sunset;
    private final Optional<URI> link;

    private Deprecation(LocalDate since, Optional<LocalDate> sunset, Optional<URI> link) {
        if (sunset.filter(end -> end.isBefore(since)).isPresent()) {
            throw new IllegalArgumentException(
                    "deprecation sunset: " + sunset.get() + " (expected: not before " + since + ", when it begins)");
        }
        if (link.filter(target -> !String.valueOf(target.getScheme()).matches("https?"))
                .isPresent()) {
            throw new IllegalArgumentException(
                    "deprecation link: \"" + link.get() + "\" (expected: an address that starts with https://)");
        }
        this.since = since;
        this.sunset = sunset;
        this.link = link;
    }

    /** Deprecated from a day on, with an open end. */
    public static Deprecation since(LocalDate day) {
        return new Deprecation(requireNonNull(day, "day"), Optional.empty(), Optional.empty());
    }

    /**
     * A copy with the day on which it will be gone.
     *
     * @throws IllegalArgumentException when that is before the day from which it is deprecated
     */
    public Deprecation sunset(LocalDate day) {
        return new Deprecation(since, Optional.of(day), link);
    }

    /**
     * A copy with the address of a page that says what to do instead.
     *
     * @throws IllegalArgumentException when it is not a whole address of http or https
     */
    public Deprecation link(String address) {
        return new Deprecation(since, sunset, Optional.of(URI.create(address)));
    }

    /** The day from which it is deprecated; may be in the future. */
    public LocalDate since() {
        return since;
    }

    /** The day on which it will be gone; empty while that is open. */
    public Optional<LocalDate> sunset() {
        return sunset;
    }

    /** The page that tells clients what to do instead; empty where there is none. */
    public Optional<URI> link() {
        return link;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deprecation that
                && since.equals(that.since)
                && sunset.equals(that.sunset)
                && link.equals(that.link);
    }

    @Override
    public int hashCode() {
        return Objects.hash(since, sunset, link);
    }

    @Override
    public String toString() {
        return "Deprecation[" + since + ", " + sunset + ", " + link + "]";
    }
}
