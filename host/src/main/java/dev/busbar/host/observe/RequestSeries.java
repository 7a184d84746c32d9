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
 * How long requests and handlers take, by platform and route. A series is registered when it is first counted and found
 * in a map after that; only names and templates are held, nothing of a generation. It goes with its platform, or with its
 * route once that is no longer served. Counting is safe for any number of threads and waits for nobody, but the first
 * time; {@link #keep} is called by one at a time.
 */
final class RequestSeries {
    /** The host itself, and no platform: their series stay. */
    static final Set<String> OWN = Set.of("host", Labels.UNMATCHED);

    private static final Duration[] BUCKETS = LongStream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final LongAdder active = new LongAdder();
    private final Object changing = new Object();
    private volatile Map<String, PlatformSeries> platforms;

    private record Answered(String route, String method, int status) {}

    /** The series of one platform; written to under the lock only. */
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
                .description("Requests that are not answered yet")
                .register(registry);
    }

    void arrived() {
        active.increment();
    }

    /** Counts a request that is answered, or broken off; one of a platform that is gone by now as one of none. */
    void answered(AccessLine.Target target, String method, int status, long nanos) {
        active.decrement();
        Answered answered = new Answered(target.route(), method, status);
        PlatformSeries series = platforms.get(target.platform());
        Timer known = series == null ? null : series.requests().get(answered);
        Timer timer = known == null ? register(target.platform(), answered) : known;
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a handler that has ended; one of a platform that is gone by now is not. */
    void handled(AccessLine.Target target, long nanos) {
        PlatformSeries series = platforms.get(target.platform());
        Timer known = series == null ? null : series.handlers().get(target.route());
        Timer timer = known == null ? register(target.platform(), target.route()) : known;
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private Timer register(String platform, Answered answered) {
        synchronized (changing) {
            boolean known = platforms.containsKey(platform);
            String shown = known ? platform : Labels.UNMATCHED;
            String route = known ? answered.route() : Labels.UNMATCHED;
            Answered key = new Answered(route, answered.method(), answered.status());
            PlatformSeries series = Objects.requireNonNull(platforms.get(shown));
            Timer timer = Timer.builder("http.server.request.duration")
                    .description("From the arrival of a request to the end of its answer")
                    .serviceLevelObjectives(BUCKETS)
                    .tags("platform", shown, "route", route)
                    .tags("method", answered.method(), "status", Labels.status(answered.status()))
                    .register(registry);
            series.requests().put(key, timer);
            return timer;
        }
    }

    private @Nullable Timer register(String platform, String route) {
        synchronized (changing) {
            PlatformSeries series = platforms.get(platform);
            if (series == null) {
                return null;
            }
            Timer timer = Timer.builder("busbar.handler.duration")
                    .description("How long the handler of a route took")
                    .serviceLevelObjectives(BUCKETS)
                    .tags("platform", platform, "route", route)
                    .register(registry);
            series.handlers().put(route, timer);
            return timer;
        }
    }

    /**
     * Keeps the series of these platforms and of their routes, and those of the host itself.
     *
     * @param served the templates of each platform; of one that answers nothing at this moment none, and all its series
     *     stay
     */
    void keep(Map<String, Set<String>> served) {
        synchronized (changing) {
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
