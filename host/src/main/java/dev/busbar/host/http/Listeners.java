package dev.busbar.host.http;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Meters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** The connectors of the server. Created once, by the thread that starts it. */
final class Listeners {
    /** The name of the separate connector for {@code /admin}. */
    static final String ADMIN = "admin";

    private static final String MAIN = "main";

    /** The max number of connections of the separate listener for {@code /admin}. */
    private static final int ADMIN_CONNECTIONS = 128;

    private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The number of other threads per selector thread. */
    private static final int THREADS_BY_SELECTOR = 8;

    /** The max number of concurrent streams of a connection. */
    private static final int MAX_STREAMS = 100;

    /** The max rate of control frames such as RST_STREAM, PING or SETTINGS; more end the connection. */
    private static final int MAX_EVENTS_PER_SECOND = 100;

    private static final int MAX_SETTINGS = 16;
    private static final int HEADER_TABLE_BYTES = 4096;

    private final HttpSettings settings;
    private final Optional<ServerCertificate> certificate;
    private final ConnectionCounts counts;
    private final Meters meters;
    private final List<ServerConnector> made = new ArrayList<>();
    private final List<ConnectionGuard> guards = new ArrayList<>();

    Listeners(HttpSettings settings, Meters meters) {
        this.counts = new ConnectionCounts(meters);
        this.meters = meters;
        this.settings = settings;
        this.certificate = settings.tls().map(ServerCertificate::new);
    }

    Connector main(Server server, HttpConfiguration http) {
        return connector(server, http, settings.listener(), MAIN);
    }

    Connector admin(Server server, HttpConfiguration http) {
        return connector(server, http, settings.admin().orElseThrow(), ADMIN);
    }

    private Connector connector(Server server, HttpConfiguration http, HttpSettings.Listener listener, String name) {
        ConnectionGuard guard = new ConnectionGuard(bounds(name), System::nanoTime, meters);
        guards.add(guard);
        ServerConnector connector =
                new GuardedConnector(server, selectors(name), guard, this::network, protocols(http, listener));
        connector.setName(name);
        connector.setHost(listener.bind());
        connector.setPort(listener.port());
        // The timeout of the HTTP configuration applies after the end of the headers only.
        connector.setIdleTimeout(settings.limits().idleTimeout().toMillis());
        made.add(connector);
        return connector;
    }

    /** The listener for {@code /admin} has bounds of its own, so that clients of the main one take nothing from it. */
    private ConnectionGuard.Bounds bounds(String name) {
        HttpSettings.Connections connections = settings.connections();
        long header = connections.headerTimeout().toNanos();
        return name.equals(ADMIN)
                ? new ConnectionGuard.Bounds(ADMIN_CONNECTIONS, ADMIN_CONNECTIONS, header, UNUSED_NANOS)
                : new ConnectionGuard.Bounds(connections.max(), connections.maxOfNetwork(), header, UNUSED_NANOS);
    }

    private String network(String address) {
        boolean proxy = settings.connections().proxies().stream().anyMatch(range -> range.contains(address));
        return proxy ? "" : AddressRange.network(address);
    }

    /** Ends connections that have taken too long for a header section; called periodically. */
    void sweepConnections() {
        guards.forEach(ConnectionGuard::sweep);
    }

    /** The pipeline runs on the selector threads, so there is one per processor. */
    private int selectors(String name) {
        int max = Math.max(1, settings.limits().maxThreads() / THREADS_BY_SELECTOR);
        return name.equals(ADMIN) ? 1 : Math.min(max, Runtime.getRuntime().availableProcessors());
    }

    private ConnectionFactory[] protocols(HttpConfiguration http, HttpSettings.Listener listener) {
        if (!listener.encrypted()) {
            return new ConnectionFactory[] {http1(http)};
        }
        HttpConfiguration secure = new HttpConfiguration(http);
        // Health checks use addresses, and the accepted host names are configured by http.hosts.
        secure.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = http1(secure);
        HTTP2ServerConnectionFactory http2 = http2(secure);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslConnectionFactory tls =
                new SslConnectionFactory(certificate.orElseThrow().factory(), alpn.getProtocol());
        return new ConnectionFactory[] {tls, alpn, http2, http1};
    }

    private HttpConnectionFactory http1(HttpConfiguration http) {
        HttpConnectionFactory http1 = new Http1Connections(http);
        http1.addBean(counts.http1());
        return http1;
    }

    private HTTP2ServerConnectionFactory http2(HttpConfiguration secure) {
        HTTP2ServerConnectionFactory http2 = new Http2Connections(secure);
        http2.addBean(counts.http2());
        http2.setMaxConcurrentStreams(MAX_STREAMS);
        http2.setRateControlFactory(new WindowRateControl.Factory(MAX_EVENTS_PER_SECOND));
        http2.setMaxSettingsKeys(MAX_SETTINGS);
        http2.setMaxDecoderTableCapacity(HEADER_TABLE_BYTES);
        http2.setConnectProtocolEnabled(false);
        return http2;
    }

    /** Checks for a new certificate. */
    void renewCertificate(Instant now) {
        certificate.ifPresent(shown -> shown.look(now));
    }

    int port() {
        return made.get(0).getLocalPort();
    }

    int adminPort() {
        return made.size() > 1 ? made.get(1).getLocalPort() : -1;
    }

    /** The addresses that could not be bound, after a start that failed. */
    String blamed() {
        String silent = made.stream()
                .filter(connector -> connector.getLocalPort() <= 0)
                .map(connector -> connector.getHost() + ":" + connector.getPort())
                .collect(Collectors.joining(", "));
        return silent.isEmpty()
                ? settings.listener().bind() + ":" + settings.listener().port()
                : silent;
    }
}
