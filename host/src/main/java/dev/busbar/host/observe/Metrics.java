package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Meters;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
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
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What can be measured of this host. The series of a plugin come with it, go on over its swaps and go with it; they are
 * made anew each time metrics are read, from what the plugins are then, so nothing of a retired generation is held here.
 * Safe for any number of threads; those that read wait for each other.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Supplier<List<PluginSample>> plugins;
    private final MultiGauge info;
    private final MultiGauge leases;
    private final MultiGauge uncollected;
    private final MultiGauge breakers;
    private final Object reading = new Object();

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
        return new RegisteredMeters(registry);
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
