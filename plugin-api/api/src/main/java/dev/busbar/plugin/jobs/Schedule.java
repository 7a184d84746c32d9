package dev.busbar.plugin.jobs;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times at which a job of a platform runs, as data: immutable, declared in {@link dev.busbar.plugin.Platform#schedules()},
 * read once by the host after {@link dev.busbar.plugin.Platform#start}. Each method that changes something returns a copy.
 *
 * <pre>{@code
 * Schedule.of("nightly", count, new Range(1, 100)).cron("30 2 * * *", ZoneId.of("Europe/Berlin"))
 * }</pre>
 *
 * <p>Its jobs run as the platform itself, on the primary generation. Schedules belong to the platform: a new version that
 * declares one of the same name keeps its next time, if nothing else has changed, and a pause; one that is not declared any
 * more ends.
 *
 * @param <T> the type of the request
 */
public final class Schedule<T> {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(10);
    private static final Duration MAX_INTERVAL = Duration.ofDays(366);
    private static final Duration MAX_JITTER = Duration.ofHours(1);
    private static final int MAX_MISSED = 100;

    private final String name;
    private final JobType<T> type;
    private final T request;
    private final @Nullable Times times;
    private final Policy policy;

    /**
     * What becomes of times that passed while no host ran, or the platform was not served.
     */
    public enum Missed {
        /** Nothing. */
        SKIP,
        /** One run makes up for all of them. */
        ONCE
    }

    /** What becomes of a time at which the run before has not ended. */
    public enum Overlap {
        /** It is skipped. */
        SKIP,
        /** It runs when the run before has ended. */
        QUEUE
    }

    private record Times(@Nullable String cron, @Nullable Duration interval, ZoneId zone) {}

    /** @param makeUp the max number of missed times that are made up for one by one; 0 for what {@code missed} says */
    private record Policy(Missed missed, int makeUp, Overlap overlap, Duration jitter) {}

    private Schedule(String name, JobType<T> type, T request, @Nullable Times times, Policy policy) {
        this.name = name;
        this.type = type;
        this.request = request;
        this.times = times;
        this.policy = policy;
    }

    /**
     * A schedule without times, which are to be added.
     *
     * @param name unique among the schedules of the platform
     * @param type one of the types that the platform declares
     * @param request the request of each job
     * @throws IllegalArgumentException when the name does not match {@code [a-z][a-z0-9-]{0,40}}
     */
    public static <T> Schedule<T> of(String name, JobType<T> type, T request) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "schedule: \"" + name + "\" (expected: such as nightly, " + NAME.pattern() + ")");
        }
        return new Schedule<>(
                name,
                requireNonNull(type, "type"),
                requireNonNull(request, "request"),
                null,
                new Policy(Missed.ONCE, 0, Overlap.SKIP, Duration.ZERO));
    }

    /**
     * A copy that runs at the times of a cron expression. A time with a fixed hour that a change of the clocks leaves out
     * happens at the end of the gap, one that occurs twice happens the first time.
     *
     * @param expression five fields: minute, hour, day of month, month, day of week; checked at load
     * @param zone a zone of the IANA time zone database
     */
    public Schedule<T> cron(String expression, ZoneId zone) {
        return new Schedule<>(
                name,
                type,
                request,
                new Times(requireNonNull(expression, "expression"), null, requireNonNull(zone, "zone")),
                policy);
    }

    /**
     * A copy that runs at a fixed interval.
     *
     * @throws IllegalArgumentException when it is not between 10 s and 366 days
     */
    public Schedule<T> every(Duration interval) {
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "schedule interval: " + interval + " (expected: " + MIN_INTERVAL + " to " + MAX_INTERVAL + ")");
        }
        return new Schedule<>(name, type, request, new Times(null, interval, ZoneOffset.UTC), policy);
    }

    private Schedule<T> with(Policy changed) {
        return new Schedule<>(name, type, request, times, changed);
    }

    /** A copy with what becomes of missed times; {@link Missed#ONCE} by default. */
    public Schedule<T> missed(Missed value) {
        return with(new Policy(requireNonNull(value, "value"), 0, policy.overlap(), policy.jitter()));
    }

    /**
     * A copy that makes up for each missed time, one after the other, the latest of them.
     *
     * @param max the max number of times
     * @throws IllegalArgumentException when it is not between 1 and 100
     */
    public Schedule<T> makeUp(int max) {
        if (max < 1 || max > MAX_MISSED) {
            throw new IllegalArgumentException("schedule makeUp: " + max + " (expected: 1 to " + MAX_MISSED + ")");
        }
        return with(new Policy(policy.missed(), max, policy.overlap(), policy.jitter()));
    }

    /** A copy with what becomes of a time at which the run before has not ended; {@link Overlap#SKIP} by default. */
    public Schedule<T> overlap(Overlap value) {
        return with(new Policy(policy.missed(), policy.makeUp(), requireNonNull(value, "value"), policy.jitter()));
    }

    /**
     * A copy that spreads the start of each run over a duration.
     *
     * @throws IllegalArgumentException when it is negative or more than an hour
     */
    public Schedule<T> jitter(Duration value) {
        if (value.isNegative() || value.compareTo(MAX_JITTER) > 0) {
            throw new IllegalArgumentException("schedule jitter: " + value + " (expected: PT0S to " + MAX_JITTER + ")");
        }
        return with(new Policy(policy.missed(), policy.makeUp(), policy.overlap(), value));
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** The type of its jobs. */
    public JobType<T> type() {
        return type;
    }

    /** The request of each job. */
    public T request() {
        return request;
    }

    /** The cron expression; empty for none. */
    public Optional<String> cron() {
        return times == null ? Optional.empty() : Optional.ofNullable(times.cron());
    }

    /** The interval; empty for none. */
    public Optional<Duration> interval() {
        return times == null ? Optional.empty() : Optional.ofNullable(times.interval());
    }

    /** The zone of the cron expression; UTC where there is none. */
    public ZoneId zone() {
        return times == null ? ZoneOffset.UTC : times.zone();
    }

    /** What becomes of missed times, unless they are {@linkplain #makeUp() made up for} one by one. */
    public Missed missed() {
        return policy.missed();
    }

    /** The max number of missed times that are made up for one by one; 0 for none. */
    public int makeUp() {
        return policy.makeUp();
    }

    /** What becomes of a time at which the run before has not ended. */
    public Overlap overlap() {
        return policy.overlap();
    }

    /** The duration over which the start of each run is spread. */
    public Duration jitter() {
        return policy.jitter();
    }

    @Override
    public String toString() {
        return "Schedule[" + name + "]";
    }
}
