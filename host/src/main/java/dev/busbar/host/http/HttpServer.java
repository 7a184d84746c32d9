package dev.busbar.host.http;

import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.internal.Problems;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.staticfiles.Location;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The server. Started once, stopped once, by {@code Host}. Bodies stream in both directions; requests run on server
 * threads up to the hand-over to a plugin's own.
 */
public final class HttpServer implements AutoCloseable {
    /** What Javalin serves; everything else is the pipeline's. */
    private static final List<String> PAGES = List.of("/", "/index.html");

    private static final UriCompliance PATHS_UNREAD =
            UriCompliance.UNSAFE.without("busbar", UriCompliance.Violation.USER_INFO);

    private final HttpSettings settings;
    private final FrontHandler front;
    private final Javalin javalin;

    /**
     * A server that does not listen yet.
     *
     * @param chain what every request of the pipeline passes
     * @param correlation names what is refused before the pipeline
     */
    public HttpServer(HttpSettings settings, Interceptor.Next chain, CorrelationInterceptor correlation) {
        this.settings = settings;
        this.front = new FrontHandler(chain, correlation, PAGES);
        this.javalin = Javalin.create(config -> configure(config, correlation));
    }

    private void configure(JavalinConfig config, CorrelationInterceptor correlation) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.jetty.host = settings.bind();
        config.jetty.port = settings.port();
        QueuedThreadPool pool = new QueuedThreadPool(settings.maxThreads(), 4);
        pool.setName("busbar-http");
        config.jetty.threadPool = pool;
        config.jetty.modifyServer(server -> arrange(server, correlation));
        config.jetty.modifyHttpConfiguration(this::limit);
        config.staticFiles.add(files -> {
            files.hostedPath = "/";
            files.directory = "/console";
            files.location = Location.CLASSPATH;
        });
        config.routes.error(
                404, context -> problem(context, ProblemException.notFound("there is no page at this path")));
        config.routes.exception(Exception.class, (e, context) -> problem(context, Problems.internalError()));
    }

    private void arrange(Server server, CorrelationInterceptor correlation) {
        server.setHandler(front);
        server.setErrorHandler(new ProblemErrorHandler(correlation));
        server.setStopTimeout(0); // in-flight requests were waited for by then
    }

    private void limit(HttpConfiguration http) {
        // Otherwise a key sent in another case is taken for the one seen before it on the same connection.
        http.setHeaderCacheCaseSensitive(true);
        // A bare LF that one hop takes for the end of a line and the next does not is how requests are smuggled.
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(settings.maxHeaderBytes());
        http.setIdleTimeout(settings.idleTimeout().toMillis());
        // The pipeline reads paths itself and refuses every ambiguous one with the agreed problem.
        http.setUriCompliance(PATHS_UNREAD);
    }

    private static void problem(Context context, ProblemException problem) {
        String correlationId = Objects.toString(context.res().getHeader(CorrelationInterceptor.HEADER), "");
        context.status(problem.status())
                .contentType(Problems.MEDIA_TYPE)
                .result(Problems.encode(problem, context.path(), correlationId));
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
                    "cannot listen on " + settings.bind() + ":" + settings.port() + " (expected: a free port)", e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    /**
     * Takes no more requests and waits for those in flight.
     *
     * @return how many were still in flight when the limit was over
     */
    public int drain(Duration limit) throws InterruptedException {
        return front.drain(limit);
    }

    /** Closes all connections. */
    @Override
    public void close() {
        javalin.stop();
    }
}
