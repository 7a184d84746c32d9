package dev.busbar.host.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** The connectors of the server. Made once, by the one that starts it. */
final class Listeners {
    /** The name of the connector that is kept for {@code /admin}. */
    static final String ADMIN = "admin";

    private static final String MAIN = "main";
    private static final int ANY_ACCEPTORS = -1;

    /** So many others are left for each that reads. */
    private static final int THREADS_BY_SELECTOR = 8;

    /** Streams that one connection may have open at once. */
    private static final int MAX_STREAMS = 100;

    /** Frames that ask for work and bring none, such as RST_STREAM, PING or SETTINGS; more end the connection. */
    private static final int MAX_EVENTS_PER_SECOND = 100;

    private static final int MAX_SETTINGS = 16;
    private static final int HEADER_TABLE_BYTES = 4096;

    private final HttpSettings settings;
    private final Optional<ServerCertificate> certificate;
    private final ConnectionCounts counts;
    private final List<ServerConnector> made = new ArrayList<>();

    Listeners(HttpSettings settings, ConnectionCounts counts) {
        this.counts = counts;
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
        ServerConnector connector =
                new ServerConnector(server, ANY_ACCEPTORS, selectors(name), protocols(http, listener));
        connector.setName(name);
        connector.setHost(listener.bind());
        connector.setPort(listener.port());
        // That of the HTTP configuration holds from the end of the headers on only.
        connector.setIdleTimeout(settings.limits().idleTimeout().toMillis());
        made.add(connector);
        return connector;
    }

    /** The pipeline runs on the threads that read, so as many of them as there are processors. */
    private int selectors(String name) {
        int most = Math.max(1, settings.limits().maxThreads() / THREADS_BY_SELECTOR);
        return name.equals(ADMIN) ? 1 : Math.min(most, Runtime.getRuntime().availableProcessors());
    }

    private ConnectionFactory[] protocols(HttpConfiguration http, HttpSettings.Listener listener) {
        if (!listener.encrypted()) {
            return new ConnectionFactory[] {http1(http)};
        }
        HttpConfiguration secure = new HttpConfiguration(http);
        // Health is asked for by address, and under which names there is an answer says http.hosts.
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
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        http1.addBean(counts.http1());
        return http1;
    }

    private HTTP2ServerConnectionFactory http2(HttpConfiguration secure) {
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(secure);
        http2.addBean(counts.http2());
        http2.setMaxConcurrentStreams(MAX_STREAMS);
        http2.setRateControlFactory(new WindowRateControl.Factory(MAX_EVENTS_PER_SECOND));
        http2.setMaxSettingsKeys(MAX_SETTINGS);
        http2.setMaxDecoderTableCapacity(HEADER_TABLE_BYTES);
        http2.setConnectProtocolEnabled(false);
        return http2;
    }

    /** Looks whether there is a new certificate. */
    void renewCertificate(Instant now) {
        certificate.ifPresent(shown -> shown.look(now));
    }

    int port() {
        return made.get(0).getLocalPort();
    }

    int adminPort() {
        return made.size() > 1 ? made.get(1).getLocalPort() : -1;
    }

    /** Those that do not listen, after a start that failed. */
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
