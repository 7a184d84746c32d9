package dev.busbar.bench;

import dev.busbar.host.routing.Workers;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.rig.Machine;
import dev.busbar.rig.ServerProcess;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The reference of a comparison: a server with the host's Jetty settings, the same routes and nothing else. A main class; returns the last segment of the path.
 */
final class PlainServer {
    private static final int MAX_THREADS = 250;
    private static final int POOL_THREADS = 16;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final long IDLE_MILLIS = 30_000;

    /** The kind of handler, and its thread. */
    enum Kind {
        /** A Jetty handler, on the server's thread. */
        CORE,
        /** A Jetty handler that dispatches to the host's pool. */
        CORE_HANDOVER,
        /** A Jetty handler that dispatches to a plain fixed pool. */
        CORE_QUEUE,
        /** A Javalin handler, on the server's thread. */
        JAVALIN,
        /** A Javalin handler whose future is completed on another pool. */
        JAVALIN_HANDOVER
    }

    private PlainServer() {}

    /** Arguments: kind, number of plugins, number of routes over all of them, directory for {@code busbar.json}. */
    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0]);
        int plugins = Integer.parseInt(arguments[1]);
        int routes = Integer.parseInt(arguments[2]);
        boolean javalin = kind == Kind.JAVALIN || kind == Kind.JAVALIN_HANDOVER;
        int port = javalin ? javalin(kind, plugins, routes) : core(workers(kind));
        announce(Path.of(arguments[3]), port);
    }

    /** Starts a server in its own process. */
    static ServerProcess start(Machine machine, Path data, Kind kind, int plugins, int routes) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(List.of(ServerProcess.JAVA_OPTIONS.split(" ")));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PlainServer.class.getName(),
                kind.name(),
                Integer.toString(plugins),
                Integer.toString(routes),
                data.toString()));
        return ServerProcess.start(machine.asServer(command), Map.of(), data);
    }

    static void announce(Path data, int port) throws IOException {
        Path temporary = data.resolve("busbar.json.tmp");
        Files.writeString(temporary, "{\"port\":" + port + "}");
        Files.move(temporary, data.resolve("busbar.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static int javalin(Kind kind, int plugins, int routes) {
        BoundedPool pool = pool();
        return Javalin.create(config -> {
                    configure(config);
                    for (int plugin = 0; plugin < plugins; plugin++) {
                        for (int route = 0; route < routes / plugins; route++) {
                            config.routes.get(
                                    "/api/p" + plugin + "/r" + route + "/{id}", context -> answer(kind, pool, context));
                        }
                    }
                })
                .start()
                .port();
    }

    static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.jetty.host = "127.0.0.1";
        config.jetty.port = 0;
        config.jetty.threadPool = threads();
        config.jetty.modifyHttpConfiguration(PlainServer::limit);
    }

    private static void answer(Kind kind, BoundedPool pool, Context context) {
        if (kind == Kind.JAVALIN) {
            answer(context);
            return;
        }
        context.future(() -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            pool.offer(() -> {
                answer(context);
                done.complete(null);
            });
            return done;
        });
    }

    private static void answer(Context context) {
        context.contentType("text/plain; charset=utf-8")
                .result(context.pathParam("id").getBytes(StandardCharsets.UTF_8));
    }

    private static Workers workers(Kind kind) {
        return switch (kind) {
            case CORE_HANDOVER -> pool()::offer;
            case CORE_QUEUE -> queue();
            default -> Workers.INLINE;
        };
    }

    /** A pool as the host has it. */
    static BoundedPool pool() {
        return new BoundedPool("pool", POOL_THREADS, 64);
    }

    /** As many threads as {@link #pool} may have, all behind one queue. */
    static Workers queue() {
        ExecutorService threads = Executors.newFixedThreadPool(POOL_THREADS, task -> {
            Thread thread = new Thread(task, "queue");
            thread.setDaemon(true);
            return thread;
        });
        return task -> {
            threads.execute(task);
            return true;
        };
    }

    private static int core(Workers workers) throws Exception {
        Server server = new Server(threads());
        HttpConfiguration http = new HttpConfiguration();
        limit(http);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(new CoreHandler(workers));
        server.start();
        return connector.getLocalPort();
    }

    private static QueuedThreadPool threads() {
        return new QueuedThreadPool(MAX_THREADS, 4);
    }

    private static void limit(HttpConfiguration http) {
        http.setHeaderCacheCaseSensitive(true);
        http.setHeaderCacheSize(0);
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setIdleTimeout(IDLE_MILLIS);
        http.setUriCompliance(UriCompliance.UNSAFE);
    }

    private static final class CoreHandler extends Handler.Abstract {
        private final Workers workers;

        CoreHandler(Workers workers) {
            this.workers = workers;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            return workers.offer(() -> answer(request, response, callback));
        }

        private static void answer(Request request, Response response, Callback callback) {
            String path = request.getHttpURI().getPath();
            byte[] body = path.substring(path.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(true, ByteBuffer.wrap(body), callback);
        }
    }
}
