package dev.busbar.host;

import dev.busbar.core.ApiVersion;
import dev.busbar.core.JsonCodec;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.calls.PlatformCalls;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.edge.Edge;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.generation.Connections;
import dev.busbar.host.http.Chains;
import dev.busbar.host.http.HttpServer;
import dev.busbar.host.inbox.Inbox;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.limits.SheddingInterceptor;
import dev.busbar.host.node.Node;
import dev.busbar.host.node.NodeLease;
import dev.busbar.host.observe.AccessLog;
import dev.busbar.host.observe.Metrics;
import dev.busbar.host.observe.PluginSample;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.resilience.PreferWaitInterceptor;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.security.Access;
import dev.busbar.host.security.AuthenticationInterceptor;
import dev.busbar.host.security.BootstrapKey;
import dev.busbar.host.security.Keys;
import dev.busbar.host.security.Logins;
import dev.busbar.host.security.RefusalDelay;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.tokens.Issuers;
import dev.busbar.host.tokens.Tokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host: every object built by hand in reading order, closed in reverse. Started and closed once, by {@code cli} or a
 * test; what it tells of itself may be read by any thread.
 */
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final long DEADLINES_MILLIS = 25;
    private static final long CLERK_MILLIS = 1_000;
    private static final long KEEP_UP_MILLIS = 2_000;
    private static final Duration ACCESS_LOG_END = Duration.ofSeconds(5);
    private static final int ADMIN_THREADS = 16;
    /** Of the routes that read what anybody may send: whoever keeps all of these busy keeps no maintainer out. */
    private static final int PUBLIC_THREADS = 8;

    private static final int MAX_QUEUED = 64;
    private static final int RESUMERS = 4;

    private final HostSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final Database database;
    private final NodeLease lease;
    private final AuditLog audit;
    private final ExecutorService fetchers;
    private final Issuers issuers;
    private final Tokens tokens;
    private final Access access;
    private final AtomicReference<@Nullable String> bootstrapKey = new AtomicReference<>();
    private final ScheduledExecutorService watch;
    private final ScheduledExecutorService keeper;
    private final ScheduledExecutorService clerk;
    private final RefusalDelay refusals;
    private final ExecutorService resumers = Threads.prestarted("busbar-parked", RESUMERS);
    private final Routes routes;
    private final Plugins plugins;
    private final Inbox inbox;
    private final Metrics metrics;
    private final AccessLog accessLog;
    private final BoundedPool pool;
    private final BoundedPool publicPool;
    private final HttpServer server;
    private final RunFile runFile;
    private final List<Interceptor> hostChain;
    private final RouteChain routeChain;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ready;

    private Host(HostSettings settings) throws IOException {
        this.settings = settings;
        boolean unused = DataFolder.prepare(settings.data());
        Node node = Node.open(settings.data());
        database = openStore(settings.store());
        lease = takeName(node, database, clock);
        audit = AuditLog.open(settings.audit(), node, database, clock);
        BootstrapKey bootstrap = new BootstrapKey(settings.data());
        Access.Rules rules = new Access.Rules(
                settings.environment(), settings.grants(), settings.limits().planNames());
        access = new Access(database, clock, rules, audit, bootstrap);
        Keys keys = access.keys();
        bootstrapKey.set(bootstrap.ensure(keys).orElse(null));
        fetchers = Threads.unbounded("busbar-issuers");
        issuers = new Issuers(settings.issuers(), clock, fetchers);
        tokens = new Tokens(database, audit, settings.tokens(), issuers, clock);
        Logins logins = new Logins(access, tokens, settings.authentication(), audit);

        Deadlines deadlines = new Deadlines(System::nanoTime);
        watch = Threads.timer("busbar-watchdog");
        keeper = Threads.timer("busbar-tokens");
        clerk = Threads.timer("busbar-audit");
        refusals = new RefusalDelay(settings.authentication().refusalDelay(), deadlines);
        metrics = new Metrics(settings.data(), this::pluginSamples);
        accessLog = new AccessLog(settings.accessLog(), settings.data().resolve("logs"), metrics.meters());
        int inFlight = settings.traffic().inFlight();
        ParkingLot lot = new ParkingLot(
                deadlines, resumers, new KeyedPermits(inFlight, Math.max(1, inFlight / 2)), metrics.meters());
        routes = new Routes(lot);
        routeChain = new RouteChain(
                settings, new RouteChain.Means(database, audit, lot, deadlines), clock, metrics.meters());
        RouteCompiler compiler = new RouteCompiler(routeChain.all(), deadlines, settings.streamLimit());
        CorrelationInterceptor correlation = new CorrelationInterceptor(clock);
        PlatformCalls calls = new PlatformCalls(routes, metrics.meters(), audit, () -> correlation.name(List.of()));
        plugins = new Plugins(
                settings.lifecycle(),
                routes,
                new Connections(
                        compiler,
                        (platform, asked, json) -> calls.lend(
                                platform, json, () -> settings.grants().caller(platform, asked)),
                        new Doors(metrics.meters(), () -> correlation.name(List.of()))),
                node,
                database,
                clock,
                audit);
        inbox = new Inbox(settings.lifecycle(), plugins, lease, database, clock);

        plugins.onSwapEnded(
                swap -> metrics.swapped(swap.pluginId(), swap.outcome().name().toLowerCase(Locale.ROOT), swap.took()));
        routes.onPublish(table -> metrics.served(table.templates()));
        pool = new BoundedPool("busbar-admin", ADMIN_THREADS, MAX_QUEUED);
        publicPool = new BoundedPool("busbar-public", PUBLIC_THREADS, MAX_QUEUED);
        HostRoutes.Options options = new HostRoutes.Options(
                settings.openMetrics(), settings.network().edge().separateAdmin(), settings.idempotency());
        HostRoutes own = new HostRoutes(new HostRoutes.Features(
                plugins, access, tokens, logins, audit, routes, metrics, routeChain.cache(), options, () -> ready));
        PlatformRoutes compiled = compiler.compile(
                new Generation(new Owner.Host(), ApiVersion.CURRENT),
                own.all(),
                JsonCodec.withoutTraces(Host.class.getClassLoader()),
                route -> own.workers(route, publicPool::offer, pool::offer),
                own::fault);
        routes.publish(table -> table.withHost(compiled));

        Edge edge = new Edge(settings.network().edge(), correlation);
        Interceptor shedding = new SheddingInterceptor(inFlight, metrics.meters());
        Interceptor observed =
                metrics.requests(accessLog, clock, settings.network().serverTiming());
        List<Interceptor> front = before(observed, edge.all());
        Interceptor authentication = new AuthenticationInterceptor(logins, refusals, metrics.meters());
        hostChain = Stream.concat(
                        front.stream(), Stream.of(routes, shedding, authentication, new PreferWaitInterceptor()))
                .toList();
        Interceptor.Next chain =
                Interceptor.chain(hostChain, invocation -> invocation.endpoint().proceed(invocation));
        server = new HttpServer(
                settings.network().http(), Chains.of(chain, front, before(observed, edge.headers())), metrics.meters());
        runFile = new RunFile(settings.data().resolve("busbar.json"));
        if (settings.accessLog().enabled()) {
            Threads.start("busbar-access-log", accessLog);
        }
        audit.replay();
        tokens.keepUp();
        every(watch, DEADLINES_MILLIS, deadlines::tick);
        every(watch, TimeUnit.MINUTES.toMillis(1), routeChain::sweep);
        every(keeper, KEEP_UP_MILLIS, tokens::keepUp);
        every(clerk, NodeLease.BEAT.toMillis(), lease::beat);
        every(clerk, CLERK_MILLIS, audit::tick);
        every(clerk, TimeUnit.MINUTES.toMillis(1), keys::writeUses);
        Runnable renew = () -> pool.offer(server::renewCertificate);
        long poll = settings.network().certificatePoll().toMillis();
        settings.network().http().tls().ifPresent(files -> every(watch, poll, renew));
    }

    private static List<Interceptor> before(Interceptor first, List<Interceptor> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    private static void every(ScheduledExecutorService executor, long millis, Runnable task) {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    private List<PluginSample> pluginSamples() {
        Map<String, Long> uncollected = plugins.uncollected();
        return plugins.list().stream()
                .map(view -> new PluginSample(
                        view.id(),
                        view.version(),
                        view.state().name(),
                        view.generation(),
                        routeChain.breakers().state(view.id()),
                        uncollected.getOrDefault(view.id(), 0L),
                        plugins.loads(view.id()).stream()
                                .map(load -> new PluginSample.GenerationSample(
                                        load.generation(), load.leases(), load.running()))
                                .toList()))
                .toList();
    }

    private static Database openStore(StoreSettings settings) {
        try {
            return Database.open(settings);
        } catch (StoreException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static NodeLease takeName(Node node, Database database, Clock clock) {
        try {
            return NodeLease.take(node, database, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Starts a host and waits until it is ready: everything that desired state wants and that lies in the folders has
     * started, or failed and says so.
     *
     * @throws IOException when a directory cannot be made
     * @throws IllegalStateException when the store cannot be opened or the port cannot be bound, or an issuer is mapped to
     *     a role that is not there
     */
    public static Host start(HostSettings settings) throws IOException {
        return start(settings, host -> {});
    }

    /**
     * The same for a process that may be told to stop before the host is ready.
     *
     * @param begun gets the host before any plugin is started; it may be closed from then on
     */
    public static Host start(HostSettings settings, Consumer<Host> begun) throws IOException {
        Host host = new Host(settings);
        begun.accept(host);
        try {
            host.requireMappedRoles();
            CompletableFuture<Void> started = host.plugins.start().thenCompose(done -> host.inbox.start());
            host.server.start();
            started.join();
            host.runFile.write(host.url(), host.adminUrl(), host.port(), host.clock.instant());
        } catch (IOException | RuntimeException e) {
            host.close();
            throw e;
        }
        host.ready = true;
        LOG.info("ready at {}", host.url());
        return host;
    }

    /** A misspelt role would let nobody in, and a role that is made later under its name somebody nobody thought of. */
    private void requireMappedRoles() {
        Set<String> unknown = new TreeSet<>(issuers.mappedRoles());
        access.roles().list().forEach(role -> unknown.remove(role.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("issuers: mapped to roles " + unknown
                    + " (expected: roles that are there; make them first, or correct issuers.<name>.roles)");
        }
    }

    /** Where it answers. */
    public String url() {
        return settings.network().http().listener().url(port());
    }

    /** Where {@code /admin} answers, when that is not where everything else does. */
    public Optional<String> adminUrl() {
        return settings.network().http().admin().map(admin -> admin.url(server.adminPort()));
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** The key of the first start, to be shown once: it is forgotten here then. Empty on every later start. */
    public Optional<String> takeBootstrapKey() {
        return Optional.ofNullable(bootstrapKey.getAndSet(null));
    }

    /** What every request passes before its route is known, in order. */
    List<Interceptor> hostChain() {
        return hostChain;
    }

    /** The concerns of the route chain, in order. */
    List<RouteConcern> routeChain() {
        return routeChain.all();
    }

    /** The plugins, for the tests of the host. */
    Plugins plugins() {
        return plugins;
    }

    /** What is served, for the tests of the host. */
    Routes routes() {
        return routes;
    }

    /**
     * Stops: not ready, then no new requests, then those in flight end, then everything is closed. Blocks for as long as
     * that takes, at most the delay and the limit of {@code stop} and what plugins take to close.
     */
    @Override
    public void close() {
        ready = false;
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(settings.stop().delay().toNanos());
            refusals.close();
            int left = server.drain(settings.stop().limit());
            if (left > 0) {
                LOG.warn(
                        "{} requests did not end within {}",
                        left,
                        settings.stop().limit());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("stopping without waiting for requests in flight");
        }
        List<Runnable> inReverse = List.of(
                runFile::remove,
                refusals::close,
                inbox::close,
                plugins::close,
                server::close,
                pool::close,
                publicPool::close,
                () -> accessLog.close(ACCESS_LOG_END),
                metrics::close,
                watch::shutdownNow,
                resumers::shutdownNow,
                routeChain::close,
                () -> Closing.end(keeper),
                fetchers::shutdownNow,
                () -> Closing.end(clerk),
                access.keys()::writeUses,
                audit::close,
                lease::close,
                database::close);
        inReverse.forEach(Closing::quietly);
        LOG.info("stopped");
    }
}
