package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.calls.PlatformCalls;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.generation.Connections;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.inbox.Inbox;
import dev.busbar.host.jobs.GenerationJobs;
import dev.busbar.host.jobs.JobRuntime;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.observe.Metrics;
import dev.busbar.host.observe.PluginSample;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.state.PlatformStates;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The plugins, the folders they come from, and the calls between them. Its objects may be used by any thread. */
final class Platforms implements Part {
    private final Part.Earlier earlier;
    private final PlatformGrants grants;
    private final Plugins plugins;
    private final Inbox inbox;

    /**
     * The work of platforms that lasts.
     *
     * @param jobs their jobs
     * @param schedules their schedules
     */
    record Lasting(JobRuntime jobs, Connections.ScheduleBoard schedules) {}

    Platforms(
            HostSettings settings,
            Part.Earlier earlier,
            Lasting lasting,
            CorrelationInterceptor correlation,
            Opened opened)
            throws IOException {
        this.earlier = earlier;
        this.grants = settings.identity().grants();
        Storage storage = earlier.storage();
        Traffic traffic = earlier.traffic();
        Metrics metrics = earlier.observation().metrics();
        PlatformCalls calls = new PlatformCalls(
                traffic.table(), metrics.meters(), storage.audit(), () -> correlation.name(List.of()));
        plugins = opened.add(
                "plugins",
                new Plugins(
                        settings.lifecycle(),
                        traffic.table(),
                        new Connections(
                                traffic.compiler(),
                                (platform, asked, json) ->
                                        calls.lend(platform, json, () -> grants.caller(platform, asked)),
                                (door, asked, json, hiding) -> lasting.jobs()
                                        .open(new GenerationJobs.Means(
                                                door,
                                                json,
                                                () -> grants.caller(
                                                        door.generation().platform(), asked),
                                                hiding)),
                                lasting.schedules(),
                                new Doors(metrics.meters(), () -> correlation.name(List.of())),
                                storage.states()),
                        storage.node(),
                        storage.database(),
                        storage.clock(),
                        storage.audit()));
        plugins.onSwapEnded(
                swap -> metrics.swapped(swap.pluginId(), swap.outcome().name().toLowerCase(Locale.ROOT), swap.took()));
        inbox = opened.add(
                "plugin folders",
                new Inbox(settings.lifecycle(), plugins, storage.lease(), storage.database(), storage.clock()));
    }

    @Override
    public List<HostRoute> routes() {
        return HostRoutes.platforms(
                new HostRoutes.Platforms(
                        plugins,
                        inbox::unaccepted,
                        grants,
                        earlier.storage().states(),
                        earlier.storage().audit()),
                earlier.identity().access().roles(),
                earlier.traffic().table());
    }

    /**
     * Starts every plugin of the desired state and of the plugin folders; completes when each has started or failed.
     */
    CompletableFuture<Void> start() {
        return plugins.start().thenCompose(done -> inbox.start());
    }

    /** A platform as a caller, with its permissions now; empty where there is none. */
    Optional<Caller> caller(String id) {
        return plugins.find(id).map(view -> grants.caller(id, view.permissions()));
    }

    Plugins plugins() {
        return plugins;
    }

    private Map<String, Double> health(String id) {
        return plugins.health(id).stream()
                .collect(Collectors.toMap(
                        GenerationView.Health::check,
                        health -> switch (health.status()) {
                            case "pass" -> 1.0;
                            case "warn" -> 0.5;
                            default -> 0.0;
                        },
                        Math::min));
    }

    private static PluginSample.Space space(PlatformStates.Space space) {
        return new PluginSample.Space(
                Map.of(
                        "documents", space.documentBytes(),
                        "blobs", space.blobBytes(),
                        "cache", space.cacheBytes()),
                space.documents());
    }

    /** The plugins as metrics show them. */
    List<PluginSample> samples() {
        Map<String, Long> uncollected = plugins.uncollected();
        Map<String, PlatformStates.Space> spaces = earlier.storage().states().spaces();
        return plugins.list().stream()
                .map(view -> new PluginSample(
                        view.id(),
                        view.version(),
                        view.state().name(),
                        view.generation(),
                        earlier.traffic().breakers().state(view.id()),
                        uncollected.getOrDefault(view.id(), 0L),
                        health(view.id()),
                        plugins.loads(view.id()).stream()
                                .map(load -> new PluginSample.GenerationSample(
                                        load.generation(), load.leases(), load.running()))
                                .toList(),
                        space(spaces.getOrDefault(view.id(), PlatformStates.Space.NONE))))
                .toList();
    }
}
