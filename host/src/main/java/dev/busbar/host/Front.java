package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.authentication.AuthenticationInterceptor;
import dev.busbar.host.content.ConditionalInterceptor;
import dev.busbar.host.content.ContentCodingInterceptor;
import dev.busbar.host.edge.Edge;
import dev.busbar.host.http.Chains;
import dev.busbar.host.http.HttpServer;
import dev.busbar.host.limits.NetworkRateInterceptor;
import dev.busbar.host.limits.SheddingInterceptor;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.resilience.PreferWaitInterceptor;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.threads.BoundedPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The HTTP server and the host chain, which every request passes before its route is known. */
final class Front implements Part {
    private static final int ADMIN_THREADS = 16;
    private static final int PUBLIC_THREADS = 8;
    private static final int DOCUMENT_THREADS = 2;
    private static final int CONTAINMENT_THREADS = 4;
    private static final int MAX_QUEUED = 64;
    private static final Duration CONNECTIONS_PERIOD = Duration.ofMillis(500);

    private final HostSettings settings;
    private final BoundedPool adminPool;
    private final BoundedPool publicPool;
    private final BoundedPool documentPool;
    private final BoundedPool containmentPool;
    private final BoundedPool pluginContainmentPool;
    private final AuthenticationInterceptor authentication;
    private final List<Interceptor> hostChain;
    private final HttpServer server;

    Front(HostSettings settings, Part.Earlier earlier, CorrelationInterceptor correlation, Opened opened) {
        this.settings = settings;
        Meters meters = earlier.observation().meters();
        publicPool = opened.add("public threads", new BoundedPool("busbar-public", PUBLIC_THREADS, MAX_QUEUED));
        documentPool = opened.add("document threads", new BoundedPool("busbar-docs", DOCUMENT_THREADS, MAX_QUEUED));
        containmentPool = opened.add(
                "containment threads", new BoundedPool("busbar-containment", CONTAINMENT_THREADS, MAX_QUEUED));
        pluginContainmentPool = opened.add(
                "plugin containment threads", new BoundedPool("busbar-disable", CONTAINMENT_THREADS, MAX_QUEUED));
        adminPool = opened.add("admin threads", new BoundedPool("busbar-admin", ADMIN_THREADS, MAX_QUEUED));
        authentication = opened.add(
                "delayed refusals",
                new AuthenticationInterceptor(
                        earlier.identity().logins(),
                        settings.identity().authentication().refusalDelay(),
                        earlier.traffic().deadlines(),
                        meters));
        NetworkRateInterceptor networks = earlier.traffic().networks();
        boolean compressed = settings.network().compression();
        Edge edge = new Edge(settings.network().edge(), correlation);
        Interceptor observed = earlier.observation().requests(earlier.storage().clock());
        List<Interceptor> front = before(observed, edge.all());
        hostChain = Stream.concat(
                        front.stream(),
                        Stream.of(
                                earlier.traffic().table(),
                                new SheddingInterceptor(settings.traffic().inFlight(), meters),
                                authentication,
                                new PreferWaitInterceptor()))
                .toList();
        Interceptor.Next chain =
                Interceptor.chain(hostChain, invocation -> invocation.endpoint().proceed(invocation));
        server = opened.add(
                "HTTP server",
                new HttpServer(
                        settings.network().http(),
                        Chains.of(chain, pages(front, networks, compressed), before(observed, edge.headers())),
                        meters));
    }

    /** The chain of pages: that of all requests up to the route, then what routes have themselves. */
    private static List<Interceptor> pages(
            List<Interceptor> front, NetworkRateInterceptor networks, boolean compressed) {
        List<Interceptor> all = new ArrayList<>(front);
        all.add(networks);
        if (compressed) {
            all.add(new ContentCodingInterceptor(true));
        }
        all.add(new ConditionalInterceptor(compressed));
        return List.copyOf(all);
    }

    private static List<Interceptor> before(Interceptor first, List<Interceptor> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(CONNECTIONS_PERIOD, Ticks.Work.PROMPT, "connections", server::sweepConnections);
        Duration poll = settings.network().certificatePoll();
        settings.network()
                .http()
                .tls()
                .ifPresent(files -> ticks.every(poll, Ticks.Work.MAY_BLOCK, "certificate", server::renewCertificate));
    }

    /** The threads that run the handlers of the host's own routes. */
    Workers workers(HostRoute.Placement placement) {
        return switch (placement) {
            case INLINE -> Workers.INLINE;
            case PUBLIC -> publicPool::offer;
            case DOCUMENTS -> documentPool::offer;
            case CONTAINMENT -> containmentPool::offer;
            case PLUGIN_CONTAINMENT -> pluginContainmentPool::offer;
            case ADMIN -> adminPool::offer;
        };
    }

    /** Opens the ports. */
    void start() {
        server.start();
    }

    /** Accepts no new requests, and waits for those in flight; returns the number of those that have not completed. */
    int drain(Duration timeout) throws InterruptedException {
        authentication.close();
        return server.drain(timeout);
    }

    /** The host chain, in order. */
    List<Interceptor> hostChain() {
        return hostChain;
    }

    int port() {
        return server.port();
    }

    String url() {
        return settings.network().http().listener().url(port());
    }

    Optional<String> adminUrl() {
        return settings.network().http().admin().map(admin -> admin.url(server.adminPort()));
    }
}
