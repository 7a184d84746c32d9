package dev.busbar.host.contract;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The deadlines that an operator has set for all routes of a platform, in place of those that its routes declare.
 * Immutable.
 */
public final class RouteDeadlines {
    /** No deadlines: those of the routes hold. */
    public static final RouteDeadlines DECLARED = new RouteDeadlines(Map.of());

    private static final Pattern ENTRY = Pattern.compile("([a-z][a-z0-9-]{0,62})=(\\d{1,6})(ms|s|m|h)");
    private static final Duration MAX = Duration.ofHours(1);
    private static final String EXPECTED = " (expected: entries such as turbo=2m, each platform once, at most 1h)";

    private final Map<String, Duration> ofPlatforms;

    private RouteDeadlines(Map<String, Duration> ofPlatforms) {
        this.ofPlatforms = Map.copyOf(ofPlatforms);
    }

    /**
     * Parses entries such as {@code turbo=2m}.
     *
     * @throws IllegalArgumentException when one is malformed
     */
    public static RouteDeadlines parse(List<String> entries) {
        Map<String, Duration> parsed = new HashMap<>();
        for (String entry : entries) {
            Matcher matcher = ENTRY.matcher(entry);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("deadlines: " + entry + EXPECTED);
            }
            Duration deadline = duration(Long.parseLong(matcher.group(2)), matcher.group(3));
            boolean again = parsed.put(matcher.group(1), deadline) != null;
            if (again || deadline.isZero() || deadline.compareTo(MAX) > 0) {
                throw new IllegalArgumentException("deadlines: " + entry + EXPECTED);
            }
        }
        return new RouteDeadlines(parsed);
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    /** The contract of a route with the deadline in force. */
    public RouteContract of(RouteContract declared) {
        Duration deadline = ofPlatforms.get(declared.id().platform());
        if (deadline == null) {
            return declared;
        }
        RouteContract.Limits limits = declared.limits();
        return new RouteContract(
                declared.id(),
                declared.permission(),
                new RouteContract.Limits(deadline, limits.cost(), limits.maxBodyBytes(), limits.consumes()),
                declared.cache(),
                declared.effects(),
                declared.description());
    }
}
