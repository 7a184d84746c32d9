package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Meters;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What can be measured of this host. The series of a plugin come with it, go on over its swaps and go with it; they are
 * made anew each time metrics are read, from what the plugins are then, so nothing of a retired generation is held here.
 * Safe for any number of threads; those that read wait for each other.
 */
public final class Metrics implements AutoCloseable {
    /** What stands in the place of a platform where there is none. */
    private static final Set<String> NO_PLATFORMS = Set.of("host", Labels.UNMATCHED, "_unknown");

    static final String SWAPS = "busbar.swap.duration";

    private static final Duration[] SWAP_BUCKETS = LongStream.of(
                    10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Supplier<List<PluginSample>> plugins;
    private final RegisteredMeters meters = new RegisteredMeters(registry);
    private final RequestSeries requests = new RequestSeries(registry);
    private final MultiGauge info;
    private final MultiGauge leases;
    private final MultiGauge uncollected;
    private final MultiGauge breakers;
    private final Object reading = new Object();
    private final Object keeping = new Object();
    private Map<String, Set<String>> served = Map.of();

    /**
     * The metrics of a host.
     *
     * @param data the directory whose disk is watched
     * @param plugins tells what the plugins are now; called each time metrics are read, on that thread
     */
    public Metrics(Path data, Supplier<List<PluginSample>> plugins) {
        this.plugins = plugins;
        info = gauge("busbar.plugin.info", "A plugin, with the version and generation that serve it; always 1");
        leases = gauge("busbar.leases", "Entries into the code of a generation that are under way");
        breakers = gauge(
                "busbar.breaker.state", "Whether a platform's calls are let through: 0 closed, 1 half open, 2 open");
        uncollected =
                gauge("busbar.generations.uncollected", "Retired generations still in memory that should be gone");
        Stream.<MeterBinder>of(
                        new ClassLoaderMetrics(),
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        collections,
                        new ProcessorMetrics(),
                        new UptimeMetrics(),
                        new FileDescriptorMetrics(),
                        new DiskSpaceMetrics(data.toFile()))
                .forEach(binder -> binder.bindTo(registry));
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** Where other features count what they do. */
    public Meters meters() {
        return meters;
    }

    /**
     * What watches over requests; it has to be the first that they pass.
     *
     * @param serverTiming whether authenticated callers are told how long their requests take
     */
    public Interceptor requests(AccessLog log, Clock clock, boolean serverTiming) {
        return new ObservationInterceptor(requests, log, clock, serverTiming);
    }

    /**
     * Says which platforms there are now: the series of any other end. Called whenever that changes, by one at a time.
     *
     * @param platforms the path templates of each; none of one that does not answer at this moment, and all its series
     *     stay
     */
    public void served(Map<String, Set<String>> platforms) {
        synchronized (keeping) {
            served = Map.copyOf(platforms);
            keep();
        }
    }

    /** What was late ends here at the latest: requests and refusals of a platform that was being removed. */
    private void keep() {
        synchronized (keeping) {
            requests.keep(served);
            meters.keep(Stream.concat(served.keySet().stream(), NO_PLATFORMS.stream())
                    .collect(Collectors.toSet()));
        }
    }

    /** Counts a swap that has ended, such as as {@code published}; by the thread that decides. */
    public void swapped(String plugin, String outcome, Duration took) {
        Timer.builder(SWAPS)
                .description("From the begin of a swap to its publish or its end without one")
                .serviceLevelObjectives(SWAP_BUCKETS)
                .tags("plugin", plugin, "outcome", outcome)
                .register(registry)
                .record(took);
    }

    /** The media type of an answer to a request with this {@code Accept} field; empty for none. */
    public String mediaType(String accept) {
        return accept.contains("application/openmetrics-text")
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
    }

    /** All metrics as they are now, in one of the {@linkplain #mediaType media types}. */
    public String scrape(String mediaType) {
        synchronized (reading) {
            keep();
            List<PluginSample> now = plugins.get();
            info.register(
                    rows(
                            now,
                            plugin -> Stream.of(row(
                                    1,
                                    "plugin",
                                    plugin.plugin(),
                                    "version",
                                    plugin.version(),
                                    "generation",
                                    Long.toString(plugin.generation()),
                                    "state",
                                    plugin.state()))),
                    true);
            leases.register(
                    rows(now, plugin -> plugin.generations().stream()
                            .map(generation -> row(
                                    generation.leases(),
                                    "plugin",
                                    plugin.plugin(),
                                    "generation",
                                    Long.toString(generation.number())))),
                    true);
            uncollected.register(
                    rows(now, plugin -> Stream.of(row(plugin.uncollected(), "plugin", plugin.plugin()))), true);
            breakers.register(rows(now, plugin -> Stream.of(row(plugin.breaker(), "platform", plugin.plugin()))), true);
            return registry.scrape(mediaType);
        }
    }

    private static List<MultiGauge.Row<?>> rows(
            List<PluginSample> plugins, Function<PluginSample, Stream<MultiGauge.Row<?>>> of) {
        return plugins.stream().flatMap(of).toList();
    }

    private static MultiGauge.Row<?> row(Number value, String... tags) {
        return MultiGauge.Row.of(Tags.of(tags), value);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
