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
 * The metrics of this host. Series of a plugin exist as long as the plugin, across its swaps; gauges are rebuilt on each
 * scrape from the current plugins, so that no reference to a retired generation is kept. Thread-safe; concurrent scrapes
 * wait for each other.
 */
public final class Metrics implements AutoCloseable {
    /** Label values in place of a platform. */
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
    private final MultiGauge running;
    private final MultiGauge uncollected;
    private final MultiGauge health;
    private final MultiGauge breakers;
    private final MultiGauge stateBytes;
    private final MultiGauge documents;
    private final Object scraping = new Object();
    private final Object retaining = new Object();
    private Map<String, Set<String>> served = Map.of();

    /**
     * The metrics of a host.
     *
     * @param data the directory whose disk is measured
     * @param plugins the current plugins; called on each scrape, on its thread
     */
    public Metrics(Path data, Supplier<List<PluginSample>> plugins) {
        this.plugins = plugins;
        info = gauge("busbar.plugin.info", "A plugin with its serving version and generation; always 1");
        leases = gauge("busbar.leases", "Entries into the code of a generation in progress");
        running = gauge("busbar.entries.running", "Entries inside the code of a generation");
        stateBytes = gauge("busbar.state.bytes", "Lasting state of a platform, by kind");
        documents = gauge("busbar.state.documents", "Documents of a platform");
        breakers =
                gauge("busbar.breaker.state", "State of a platform's circuit breaker: 0 closed, 1 half open, 2 open");
        health = gauge(
                "busbar.platform.health",
                "The latest result of a health check of a platform: 1 pass, 0.5 warn, 0 fail");
        uncollected = gauge("busbar.generations.uncollected", "Retired generations that something holds in memory");
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

    /** The registry of meters for other features. */
    public Meters meters() {
        return meters;
    }

    /**
     * The interceptor that observes requests; it must be the first in the pipeline.
     *
     * @param serverTiming whether responses to authenticated clients have the header {@code Server-Timing}
     */
    public Interceptor requests(AccessLog log, Clock clock, boolean serverTiming) {
        return new ObservationInterceptor(requests, log, clock, serverTiming);
    }

    /**
     * Sets the current platforms: series of all others are removed. Called after each change, by one thread at a time.
     *
     * @param platforms the path templates of each platform; if empty, the platform is unavailable and all its series are
     *     retained
     */
    public void served(Map<String, Set<String>> platforms) {
        synchronized (retaining) {
            served = Map.copyOf(platforms);
            retain();
        }
    }

    /** Removes series again that a late request to a removed platform has created. */
    private void retain() {
        synchronized (retaining) {
            requests.retain(served);
            meters.retain(Stream.concat(served.keySet().stream(), NO_PLATFORMS.stream())
                    .collect(Collectors.toSet()));
        }
    }

    /** Records a completed swap with an outcome such as {@code published}; called by the deciding thread. */
    public void swapped(String plugin, String outcome, Duration took) {
        Timer.builder(SWAPS)
                .description("From the start of a swap to its publish or its failure")
                .serviceLevelObjectives(SWAP_BUCKETS)
                .tags("plugin", plugin, "outcome", outcome)
                .register(registry)
                .record(took);
    }

    /** The media type of the response to a request with this {@code Accept} header; empty if absent. */
    public String mediaType(String accept) {
        return accept.contains("application/openmetrics-text")
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
    }

    /** All current metrics, in one of the {@linkplain #mediaType media types}. */
    public String scrape(String mediaType) {
        synchronized (scraping) {
            retain();
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
            running.register(
                    rows(now, plugin -> plugin.generations().stream()
                            .flatMap(generation -> generation.running().entrySet().stream()
                                    .map(kind -> row(
                                            kind.getValue(),
                                            "plugin",
                                            plugin.plugin(),
                                            "generation",
                                            Long.toString(generation.number()),
                                            "kind",
                                            kind.getKey())))),
                    true);
            uncollected.register(
                    rows(now, plugin -> Stream.of(row(plugin.uncollected(), "plugin", plugin.plugin()))), true);
            health.register(
                    rows(now, plugin -> plugin.health().entrySet().stream()
                            .map(check -> row(check.getValue(), "platform", plugin.plugin(), "check", check.getKey()))),
                    true);
            stateBytes.register(
                    rows(now, plugin -> plugin.space().bytes().entrySet().stream()
                            .map(kind -> row(kind.getValue(), "platform", plugin.plugin(), "kind", kind.getKey()))),
                    true);
            documents.register(
                    rows(now, plugin -> Stream.of(row(plugin.space().documents(), "platform", plugin.plugin()))), true);
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
