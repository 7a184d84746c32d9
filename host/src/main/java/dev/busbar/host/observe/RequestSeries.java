package dev.busbar.host.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Durations of requests and handlers by platform and route. A series is registered on first use and then found in a map,
 * which holds names and templates only, nothing of a generation. It is removed with its platform, or when its route is no
 * longer served. Recording is thread-safe and lock-free except on first use; {@link #retain} is called by one thread at a
 * time.
 */
final class RequestSeries {
    /** The host itself, and requests that matched no platform; never removed. */
    static final Set<String> OWN = Set.of("host", Labels.UNMATCHED);

    private static final Duration[] BUCKETS = LongStream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final LongAdder active = new LongAdder();
    private final Object lock = new Object();
    private volatile Map<String, PlatformSeries> platforms;

    private record Answered(String route, String method, int status) {}

    /** The series of one platform; modified under the lock only. */
    private record PlatformSeries(
            ConcurrentHashMap<Answered, Timer> requests, ConcurrentHashMap<String, Timer> handlers) {
        PlatformSeries() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    RequestSeries(MeterRegistry registry) {
        this.registry = registry;
        this.platforms = OWN.stream().collect(Collectors.toUnmodifiableMap(own -> own, own -> new PlatformSeries()));
        Gauge.builder("http.server.active.requests", active, LongAdder::sum)
                .description("Requests in progress")
                .register(registry);
    }

    void arrived() {
        active.increment();
    }

    /** Records a completed or aborted request; if its platform was removed meanwhile, as unmatched. */
    void answered(AccessLine.Target target, String method, int status, long nanos) {
        active.decrement();
        Answered answered = new Answered(target.route(), method, status);
        PlatformSeries series = platforms.get(target.platform());
        Timer known = series == null ? null : series.requests().get(answered);
        Timer timer = known == null ? register(target.platform(), answered) : known;
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Records a completed handler, unless its platform was removed meanwhile. */
    void handled(AccessLine.Target target, long nanos) {
        PlatformSeries series = platforms.get(target.platform());
        Timer known = series == null ? null : series.handlers().get(target.route());
        Timer timer = known == null ? register(target.platform(), target.route()) : known;
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private Timer register(String platform, Answered answered) {
        synchronized (lock) {
            boolean known = platforms.containsKey(platform);
            String shown = known ? platform : Labels.UNMATCHED;
            String route = known ? answered.route() : Labels.UNMATCHED;
            Answered key = new Answered(route, answered.method(), answered.status());
            PlatformSeries series = Objects.requireNonNull(platforms.get(shown));
            Timer timer = Timer.builder("http.server.request.duration")
                    .description("From the arrival of a request to the end of its response")
                    .serviceLevelObjectives(BUCKETS)
                    .tags("platform", shown, "route", route)
                    .tags("method", answered.method(), "status", Labels.status(answered.status()))
                    .register(registry);
            series.requests().put(key, timer);
            return timer;
        }
    }

    private @Nullable Timer register(String platform, String route) {
        synchronized (lock) {
            PlatformSeries series = platforms.get(platform);
            if (series == null) {
                return null;
            }
            Timer timer = Timer.builder("busbar.handler.duration")
                    .description("Duration of the handler of a route")
                    .serviceLevelObjectives(BUCKETS)
                    .tags("platform", platform, "route", route)
                    .register(registry);
            series.handlers().put(route, timer);
            return timer;
        }
    }

    /**
     * Removes all series but those of these platforms and routes, and of the host itself.
     *
     * @param served the path templates of each platform; if empty, the platform is unavailable and all its series are
     *     retained
     */
    void retain(Map<String, Set<String>> served) {
        synchronized (lock) {
            Map<String, PlatformSeries> old = platforms;
            Map<String, PlatformSeries> next = new HashMap<>();
            Stream.concat(OWN.stream(), served.keySet().stream())
                    .forEach(id -> next.put(id, old.getOrDefault(id, new PlatformSeries())));
            platforms = Map.copyOf(next);
            old.forEach((id, series) -> {
                boolean gone = !next.containsKey(id);
                Set<String> routes = served.getOrDefault(id, Set.of());
                if (gone || !routes.isEmpty()) {
                    drop(series.requests(), key -> gone || !routes.contains(key.route()));
                    drop(series.handlers(), route -> gone || !routes.contains(route));
                }
            });
        }
    }

    private <K> void drop(ConcurrentHashMap<K, Timer> series, Predicate<K> isGone) {
        series.entrySet().removeIf(entry -> {
            if (isGone.test(entry.getKey())) {
                Meter unused = registry.remove(entry.getValue());
                return true;
            }
            return false;
        });
    }
}
