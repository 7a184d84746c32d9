package dev.busbar.host.schedules;

import dev.busbar.host.schedules.ScheduledWork.Action;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A definition that was checked. Immutable.
 *
 * @param maxMissed the max number of missed times that are made up for
 */
record Plan(
        String name,
        Recurrence recurrence,
        ZoneId zone,
        Action action,
        Missed missed,
        int maxMissed,
        Overlap overlap,
        Duration jitter) {
    private static final int DEFAULT_MAX_MISSED = 10;
    private static final int MAX_MISSED = 100;
    private static final int MAX_NAME = 100;
    private static final int MAX_ACTION_BYTES = 64 << 10;
    private static final int MAX_PATH = 2_000;
    private static final Duration MAX_JITTER = Duration.ofHours(1);
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]{0,1000}");
    private static final Pattern PATH = Pattern.compile("/api/([a-z][a-z0-9-]{1,40})(/[!-~]*)?");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    /** What the host decides itself, or nobody may ask for in the name of another. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "authorization",
            "x-api-key",
            "cookie",
            "host",
            "prefer",
            "forwarded",
            "via",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "content-length",
            "content-encoding",
            "idempotency-key",
            "x-correlation-id",
            "x-real-ip",
            "origin");

    /** What becomes of times that passed while no node ran. */
    enum Missed {
        /** Nothing. */
        SKIP,
        /** One run makes up for all of them. */
        ONCE,
        /** Each is made up for, up to a number. */
        ALL
    }

    /** What becomes of a time at which the run before has not ended. */
    enum Overlap {
        /** It is skipped. */
        SKIP,
        /** It runs when the run before has ended. */
        QUEUE
    }

    /**
     * Checks a definition.
     *
     * @param start an instant of the series of an interval
     * @throws ProblemException 422 that names the member, its value and what was expected
     */
    static Plan of(Definition asked, Instant start) {
        String name = Objects.requireNonNullElse(asked.name(), "");
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw refused("/name", name, "1 to " + MAX_NAME + " characters");
        }
        ZoneId zone = Cron.zone(Objects.requireNonNullElse(asked.zone(), "UTC"));
        int maxMissed = Objects.requireNonNullElse(asked.maxMissed(), DEFAULT_MAX_MISSED);
        if (maxMissed < 1 || maxMissed > MAX_MISSED) {
            throw ProblemException.invalid("/maxMissed", maxMissed + " (expected: 1 to " + MAX_MISSED + ")");
        }
        return new Plan(
                name,
                recurrence(asked, zone, start),
                zone,
                action(asked),
                choice("/missed", asked.missed(), Missed.ONCE, Missed.values()),
                maxMissed,
                choice("/overlap", asked.overlap(), Overlap.SKIP, Overlap.values()),
                jitter(asked.jitter()));
    }

    private static Recurrence recurrence(Definition asked, ZoneId zone, Instant start) {
        if (asked.cron() != null && asked.interval() == null) {
            return Cron.parse(asked.cron(), zone);
        }
        if (asked.interval() != null && asked.cron() == null) {
            return new Interval(start, Interval.parse(asked.interval()));
        }
        throw ProblemException.invalid("/cron", "expected: either cron or interval");
    }

    private static Action action(Definition asked) {
        if (asked.job() != null && asked.request() == null) {
            return job(asked.job());
        }
        if (asked.request() != null && asked.job() == null) {
            return request(asked.request());
        }
        throw ProblemException.invalid("/job", "expected: either job or request");
    }

    private static Action job(Definition.JobCall call) {
        String platform = matching("/job/platform", call.platform(), ID, "the id of a platform");
        String type = matching("/job/type", call.type(), ID, "a type of jobs that the platform declares");
        return new Action.OfJob(platform, type, bounded("/job/request", call.request()));
    }

    private static Action request(Definition.RequestCall call) {
        String path = Objects.requireNonNullElse(call.path(), "");
        var matcher = PATH.matcher(path);
        if (path.length() > MAX_PATH || !matcher.matches() || path.indexOf('#') >= 0) {
            throw refused("/request/path", path, "a path below /api/, such as /api/turbo/audits?limit=5");
        }
        HttpMethod method = choice("/request/method", call.method(), null, HttpMethod.values());
        return new Action.OfRequest(
                matcher.group(1), method.name(), path, headers(call.headers()), bounded("/request/body", call.body()));
    }

    private static Map<String, String> headers(@Nullable Map<String, String> asked) {
        Map<String, String> headers = new TreeMap<>();
        if (asked == null) {
            return headers;
        }
        asked.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean reserved = RESERVED_HEADERS.contains(lower)
                    || lower.startsWith("x-forwarded-")
                    || lower.startsWith("proxy-")
                    || lower.startsWith("sec-");
            boolean sound = HEADER_NAME.matcher(name).matches()
                    && value != null
                    && HEADER_VALUE.matcher(value).matches();
            if (reserved || !sound || headers.size() >= 32 || headers.put(lower, value) != null) {
                throw refused(
                        "/request/headers",
                        name,
                        "at most 32 headers, each once, none of credentials, forwarding, the connection or Prefer");
            }
        });
        return headers;
    }

    /** The JSON of a value, which may be absent. */
    private static String bounded(String pointer, @Nullable Object value) {
        if (value == null) {
            return "";
        }
        String json = Definition.json(value);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_ACTION_BYTES) {
            throw ProblemException.invalid(
                    pointer,
                    length + " bytes (expected: at most " + MAX_ACTION_BYTES + "; larger input belongs in a blob)");
        }
        return json;
    }

    private static String matching(String pointer, @Nullable String value, Pattern pattern, String expected) {
        String text = Objects.requireNonNullElse(value, "");
        if (!pattern.matcher(text).matches()) {
            throw refused(pointer, text, expected);
        }
        return text;
    }

    private static <E extends Enum<E>> E choice(String pointer, @Nullable String value, @Nullable E absent, E[] all) {
        if (value == null && absent != null) {
            return absent;
        }
        String text = Objects.requireNonNullElse(value, "");
        return Arrays.stream(all)
                .filter(one -> shown(one, absent).equals(text))
                .findFirst()
                .orElseThrow(() -> refused(
                        pointer,
                        text,
                        "one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(all)
                                                .map(one -> shown(one, absent))
                                                .toList())));
    }

    /** A choice with a default is written in lower case, a method as it is. */
    private static <E extends Enum<E>> String shown(E one, @Nullable E absent) {
        return absent == null ? one.name() : one.name().toLowerCase(Locale.ROOT);
    }

    private static Duration jitter(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            Duration jitter = Duration.parse(text.length() > 40 ? "" : text);
            if (!jitter.isNegative() && jitter.compareTo(MAX_JITTER) <= 0) {
                return jitter;
            }
        } catch (DateTimeParseException e) {
            throw refusedJitter(text);
        }
        throw refusedJitter(text);
    }

    private static ProblemException refusedJitter(String text) {
        return refused("/jitter", text, "an ISO 8601 duration from PT0S to " + MAX_JITTER);
    }

    private static ProblemException refused(String pointer, String value, String expected) {
        return ProblemException.invalid(pointer, Quoted.of(value) + " (expected: " + expected + ")");
    }

    /**
     * The time before which the run of a time does not start: spread by the jitter, the same on every node and each time
     * that it is asked.
     */
    Instant startOf(String scheduleId, Instant at) {
        long millis = jitter.toMillis();
        if (millis == 0) {
            return at;
        }
        long mixed = (scheduleId + at.toEpochMilli()).hashCode() * 0x9E3779B97F4A7C15L;
        return at.plusMillis(Long.remainderUnsigned(mixed, millis + 1));
    }
}
