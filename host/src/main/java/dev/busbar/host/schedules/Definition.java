package dev.busbar.host.schedules;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it is asked for, and as it is stored. Immutable.
 *
 * @param name for people
 * @param cron five fields; null where there is an interval
 * @param interval an ISO 8601 duration; null where there is a cron expression
 * @param zone a name of the IANA time zone database; null for UTC
 * @param job the job to run; null where there is a request
 * @param request the request to make; null where there is a job
 * @param missed what becomes of times that were missed: {@code skip}, {@code once} or {@code all}; null for {@code once}
 * @param maxMissed the max number of missed times that {@code all} makes up for; null for 10
 * @param overlap what becomes of a time at which the run before has not ended: {@code skip} or {@code queue}; null for
 *     {@code skip}
 * @param jitter the max delay by which runs are spread, an ISO 8601 duration; null for none
 */
record Definition(
        @Nullable String name,
        @Nullable String cron,
        @Nullable String interval,
        @Nullable String zone,
        @Nullable JobCall job,
        @Nullable RequestCall request,
        @Nullable String missed,
        @Nullable Integer maxMissed,
        @Nullable String overlap,
        @Nullable String jitter) {
    private static final JsonCodec JSON = JsonCodec.withoutTraces(Definition.class.getClassLoader());

    /** A job of a type that a platform declares. */
    record JobCall(
            @Nullable String platform,
            @Nullable String type,
            @Nullable Object request) {}

    /** A request to a route of a platform. */
    record RequestCall(
            @Nullable String method,
            @Nullable String path,
            @Nullable Map<String, String> headers,
            @Nullable Object body) {}

    /** The definition of what a platform declares. */
    static Definition of(String platform, ScheduledWork.Declared declared) {
        Object request = declared.request().isEmpty()
                ? null
                : decode(declared.request().getBytes(StandardCharsets.UTF_8), Object.class);
        return new Definition(
                declared.name(),
                declared.cron().orElse(null),
                declared.interval().orElse(null),
                declared.zone(),
                new JobCall(platform, declared.type(), request),
                null,
                declared.missed(),
                declared.maxMissed(),
                declared.overlap(),
                declared.jitter());
    }

    /** The stored JSON of this definition. */
    String stored() {
        return json(this);
    }

    /** The JSON of a value. */
    static String json(Object value) {
        return new String(JSON.encode(value), StandardCharsets.UTF_8);
    }

    /** Reads a stored definition. */
    static Definition parse(String stored) {
        return decode(stored.getBytes(StandardCharsets.UTF_8), Definition.class);
    }

    /**
     * A copy after a merge patch (RFC 7396) of its members.
     *
     * @throws ProblemException 422 when a member is unknown or does not fit
     */
    Definition patched(Map<?, ?> patch) {
        Map<?, ?> before = decode(stored().getBytes(StandardCharsets.UTF_8), Map.class);
        Map<Object, Object> merged = new LinkedHashMap<>(before);
        patch.forEach((name, value) -> merged.put(String.valueOf(name), value));
        return decode(JSON.encode(merged), Definition.class);
    }

    private static <T> T decode(byte[] json, Class<T> type) {
        try {
            return JSON.decode(new ByteArrayInputStream(json), type);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}
