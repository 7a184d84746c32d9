package dev.busbar.host.http;

import dev.busbar.host.pipeline.Meters;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server. Started and stopped once, by {@code Host}. Bodies stream in both directions; requests run on server
 * threads up to the dispatch to a plugin's own.
 */
public final class HttpServer implements AutoCloseable {
    /** The headers of a handler, which {@code pipeline} limits, and those that the host adds. */
    private static final int MAX_RESPONSE_HEADER_BYTES = 32 * 1024;

    private static final UriCompliance PATHS_UNREAD =
            UriCompliance.UNSAFE.without("busbar", UriCompliance.Violation.USER_INFO);

    private final HttpSettings settings;
    private final FrontHandler front;
    private final Listeners listeners;
    private final Javalin javalin;

    /**
     * A server that does not listen yet.
     *
     * @param chains the interceptor chains
     * @param meters the metrics of open connections
     */
    public HttpServer(HttpSettings settings, Chains chains, Meters meters) {
        this.settings = settings;
        this.front = new FrontHandler(chains, new RequestCheck(settings.limits().maxHeaderBytes()));
        this.listeners = new Listeners(settings, meters);
        this.javalin = Javalin.create(config -> configure(config, chains));
    }

    private void configure(JavalinConfig config, Chains chains) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        QueuedThreadPool pool = new QueuedThreadPool(settings.limits().maxThreads(), 4);
        pool.setName("busbar-http");
        config.jetty.threadPool = pool;
        config.jetty.modifyServer(server -> arrange(server, chains));
        config.jetty.modifyHttpConfiguration(this::limit);
        config.jetty.addConnector(listeners::main);
        settings.admin().ifPresent(admin -> config.jetty.addConnector(listeners::admin));
    }

    private void arrange(Server server, Chains chains) {
        server.setHandler(front);
        server.setErrorHandler(new ProblemErrorHandler(chains.fields()));
        server.setStopTimeout(0); // {@link #drain} has waited for the requests in flight
    }

    private void limit(HttpConfiguration http) {
        // Otherwise a key is replaced by an earlier one on the connection that differs in case only.
        http.setHeaderCacheCaseSensitive(true);
        // Looking up a token among earlier headers costs more than parsing it, and no key stays in memory.
        http.setHeaderCacheSize(0);
        // A bare LF that one hop accepts as the end of a line and the next does not allows request smuggling.
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(settings.limits().maxHeaderBytes());
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADER_BYTES);
        http.setIdleTimeout(settings.limits().idleTimeout().toMillis());
        // The pipeline parses paths itself and refuses ambiguous ones with a problem of the catalogue.
        http.setUriCompliance(PATHS_UNREAD);
    }

    /**
     * Binds and listens.
     *
     * @throws IllegalStateException when the address cannot be bound
     */
    public void start() {
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "cannot listen on " + listeners.blamed() + " (expected: a free port of an address of this machine)",
                    e);
        }
    }

    /** The port of the main listener. */
    public int port() {
        return listeners.port();
    }

    /** The port of the separate listener for {@code /admin}; -1 without one. */
    public int adminPort() {
        return listeners.adminPort();
    }

    /**
     * Takes no more requests and waits for those in flight.
     *
     * @return the number of requests still in flight after the limit
     */
    public int drain(Duration limit) throws InterruptedException {
        return front.drain(limit);
    }

    /** Ends connections that have taken too long for a header section; called periodically. */
    public void sweepConnections() {
        listeners.sweepConnections();
    }

    /** Checks whether the files of the certificate have changed; called periodically. */
    public void renewCertificate() {
        listeners.renewCertificate(Instant.now());
    }

    /** Closes all connections. */
    @Override
    public void close() {
        javalin.stop();
    }
}
