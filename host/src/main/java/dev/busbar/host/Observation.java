package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.observe.AccessLog;
import dev.busbar.host.observe.Metrics;
import dev.busbar.host.observe.PluginSample;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.threads.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Metrics and the access log. Its objects may be used by any thread. */
final class Observation implements Part {
    private static final Duration ACCESS_LOG_CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final HostSettings settings;
    private final Metrics metrics;
    private final AccessLog accessLog;

    /** @param plugins the plugins as metrics show them; read whenever metrics are, once the host serves */
    Observation(HostSettings settings, Supplier<List<PluginSample>> plugins, Opened opened) {
        this.settings = settings;
        metrics = opened.add("metrics", new Metrics(settings.base().data(), plugins));
        accessLog = new AccessLog(
                settings.observation().accessLog(), settings.base().data().resolve("logs"), metrics.meters());
        if (settings.observation().accessLog().enabled()) {
            Threads.start("busbar-access-log", accessLog);
        }
        opened.add("access log", () -> accessLog.close(ACCESS_LOG_CLOSE_TIMEOUT));
    }

    @Override
    public List<HostRoute> routes() {
        return HostRoutes.metrics(metrics, settings.observation().openMetrics());
    }

    Metrics metrics() {
        return metrics;
    }

    Meters meters() {
        return metrics.meters();
    }

    /** The first interceptor of the host chain: measures and logs every request. */
    Interceptor requests(Clock clock) {
        return metrics.requests(accessLog, clock, settings.network().serverTiming());
    }
}
