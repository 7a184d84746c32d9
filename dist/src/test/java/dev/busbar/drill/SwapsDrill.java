package dev.busbar.drill;

import com.sun.net.httpserver.HttpServer;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Swaps one plugin many times, then checks for leaks: class loaders, threads, file handles, metaspace. Runs for a plugin without libraries and for each library known to leak.
 */
final class SwapsDrill {
    private SwapsDrill() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of(
                "handles", "8",
                "metaspace", "3",
                "plugins", "plain,jackson,http,jena",
                "swaps", "1000",
                "threads", "8",
                "wait", "180");
        Findings.conduct("swaps", defaults, arguments, (options, folder, findings) -> {
            Machine machine = new Machine(options.flag("pin"));
            HttpServer other = other();
            List<List<String>> rows = new ArrayList<>();
            try {
                for (String name : options.text("plugins").split(",")) {
                    SwapSubject subject = SwapSubject.of(
                            name, "uri=http://127.0.0.1:" + other.getAddress().getPort() + "/");
                    try (SwapSeries series =
                            new SwapSeries(subject, options, machine, folder.resolve(name), findings)) {
                        rows.add(series.run());
                    }
                }
            } finally {
                other.stop(0);
            }
            Report.head("What is left of " + options.text("swaps") + " swaps", options, machine);
            Report.table(SwapSeries.HEAD, rows);
        });
    }

    /** The server called by a plugin. */
    private static HttpServer other() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(4, task -> {
            Thread thread = new Thread(task, "other");
            thread.setDaemon(true);
            return thread;
        }));
        byte[] answer = "here".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }
}
