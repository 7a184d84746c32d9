package dev.busbar.host;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.ApiVersion;
import dev.busbar.core.JsonCodec;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.jobs.JobQueue;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.observe.PluginSample;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host: its parts, built by hand in reading order, and closed in reverse. Started and closed once, by {@code cli}
 * or a test; its accessors may be called from any thread.
 */
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final Duration MAX_JOB_DRAIN = Duration.ofSeconds(5);

    private final HostSettings settings;
    private final Opened opened;
    private final Storage storage;
    private final Identity identity;
    private final Traffic traffic;
    private final Safekeeping safekeeping;
    private final Front front;
    private final Work work;
    private final Scheduling scheduling;
    private final Platforms platforms;
    private final RunFile runFile;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ready;

    private Host(HostSettings settings, Opened opened) throws IOException {
        this.settings = settings;
        this.opened = opened;
        storage = new Storage(settings, opened);
        identity = new Identity(settings, storage, opened);
        Observation observation = new Observation(settings, this::pluginSamples, opened);
        storage.measure(observation.meters());
        traffic = new Traffic(settings, storage, observation, opened);
        safekeeping = new Safekeeping(settings, storage, observation, opened);
        Ticks ticks = opened.add("periodic work", new Ticks());
        Part.Earlier earlier = new Part.Earlier(storage, identity, observation, traffic);
        CorrelationInterceptor correlation = new CorrelationInterceptor(storage.clock());
        front = new Front(settings, earlier, correlation, opened);
        work = new Work(settings, earlier, correlation, new LatePlatforms(), opened);
        scheduling = new Scheduling(settings, earlier, work, correlation, this::platformIds, opened);
        platforms =
                new Platforms(settings, earlier, new Platforms.Lasting(work.jobs(), scheduling), correlation, opened);
        opened.add("running jobs", this::drainJobs);
        runFile = opened.add("run file", new RunFile(settings.base().data().resolve("busbar.json")));

        List<Part> parts =
                List.of(storage, identity, observation, traffic, safekeeping, front, work, scheduling, platforms);
        publish(parts);
        storage.audit().replay();
        identity.tokens().keepUp();
        parts.forEach(part -> part.schedule(ticks));
    }

    /** Publishes the host's own routes. */
    private void publish(List<Part> parts) {
        List<HostRoute> own = Stream.concat(
                        HostRoutes.health(
                                () -> ready, storage.lease()::isStoreAvailable, () -> !safekeeping.isOverdue())
                                .stream(),
                        parts.stream().flatMap(part -> part.routes().stream()))
                .toList();
        IdentityHashMap<Route, Workers> workers = new IdentityHashMap<>();
        own.forEach(it -> workers.put(it.route(), front.workers(it.placement())));
        PlatformRoutes compiled = traffic.compiler()
                .compile(
                        Door.uncounted(new Generation(new Owner.Host(), ApiVersion.CURRENT)),
                        own.stream().map(HostRoute::route).toList(),
                        JsonCodec.withoutTraces(Host.class.getClassLoader()),
                        route -> requireNonNull(workers.get(route)),
                        HostRoutes::fault);
        traffic.table().publish(table -> table.withHost(compiled));
    }

    /** Read once the host serves, when all parts are there. */
    private List<PluginSample> pluginSamples() {
        return platforms.samples();
    }

    /** Asked once the host serves, when all parts are there. */
    private Set<String> platformIds() {
        return platforms.plugins().list().stream().map(PluginView::id).collect(Collectors.toSet());
    }

    /** The platforms, asked once the host serves, when all parts are there. */
    private final class LatePlatforms implements Work.KnownPlatforms {
        @Override
        public boolean isKnown(String id) {
            return platforms.plugins().find(id).isPresent();
        }

        @Override
        public Optional<Caller> caller(String id) {
            return platforms.caller(id);
        }
    }

    /** Before the plugins are closed: what is asked for a checkpoint in time continues from there after the next start. */
    private void drainJobs() {
        Duration limit = settings.base().stop().limit();
        work.jobs().drain(limit.compareTo(MAX_JOB_DRAIN) < 0 ? limit : MAX_JOB_DRAIN);
    }

    /**
     * Starts a host and waits until it is ready: every plugin of the desired state and of the plugin folders has
     * started, or has failed with a reason. When this throws, nothing stays open.
     *
     * @throws IOException when a directory cannot be created
     * @throws IllegalStateException when anything else prevents the start, in one sentence: the store cannot be opened,
     *     the port cannot be bound, an issuer is mapped to a role that does not exist
     */
    public static Host start(HostSettings settings) throws IOException {
        return start(settings, host -> {});
    }

    /**
     * Starts a host in a process that may be stopped before the host is ready.
     *
     * @param begun gets the host before any plugin is started; it may be closed from then on
     */
    public static Host start(HostSettings settings, Consumer<Host> begun) throws IOException {
        return start(settings, begun, new Opened());
    }

    static Host start(HostSettings settings, Consumer<Host> begun, Opened opened) throws IOException {
        Host host = open(settings, opened);
        try {
            begun.accept(host);
            host.identity.requireMappedRoles();
            CompletableFuture<Void> started = host.platforms.start();
            host.front.start();
            host.identity.tokens().listensAt(host.url());
            started.join();
            host.work.jobs().start();
            host.runFile.write(
                    host.url(),
                    host.adminUrl(),
                    host.port(),
                    host.storage.clock().instant());
        } catch (IOException | RuntimeException | Error e) {
            host.close();
            throw e;
        }
        host.ready = true;
        LOG.info("ready at {}", host.url());
        return host;
    }

    private static Host open(HostSettings settings, Opened opened) throws IOException {
        try {
            return new Host(settings, opened);
        } catch (IOException | IllegalStateException | Error e) {
            opened.close();
            throw e;
        } catch (RuntimeException e) {
            opened.close();
            throw new IllegalStateException("cannot start: " + e, e);
        }
    }

    /** The URL of the host. */
    public String url() {
        return front.url();
    }

    /** The URL of {@code /admin}, where that has a listener of its own. */
    public Optional<String> adminUrl() {
        return front.adminUrl();
    }

    /** The port of the main listener. */
    public int port() {
        return front.port();
    }

    /** Returns the key of the first start once, to be shown; empty afterwards and on every later start. */
    public Optional<String> takeBootstrapKey() {
        return identity.takeBootstrapKey();
    }

    /** The host chain: the interceptors that every request passes before its route is known, in order. */
    List<Interceptor> hostChain() {
        return front.hostChain();
    }

    /** The concerns of the route chain, in order. */
    List<RouteConcern> routeChain() {
        return traffic.routeChain();
    }

    /** The store, for the tests of the host. */
    Database database() {
        return storage.database();
    }

    /** The queue of jobs, for the tests of the host. */
    JobQueue jobs() {
        return work.queue();
    }

    /** The plugins, for the tests of the host. */
    Plugins plugins() {
        return platforms.plugins();
    }

    /** The route table, for the tests of the host. */
    Routes routes() {
        return traffic.table();
    }

    /**
     * Stops the host: reports that it is not ready, accepts no new requests, waits for those in flight, and closes
     * everything. Blocks for at most the delay and the limit of {@code stop} and the time that plugins take to close.
     */
    @Override
    public void close() {
        ready = false;
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(settings.base().stop().delay().toNanos());
            int left = front.drain(settings.base().stop().limit());
            if (left > 0) {
                LOG.warn(
                        "{} requests did not complete within {}",
                        left,
                        settings.base().stop().limit());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("stopping without waiting for requests in flight");
        }
        opened.close();
        LOG.info("stopped");
    }
}
