package dev.busbar.bench;

import dev.busbar.bench.plugin.RoutesPlatform;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** The cost of dispatching a request to a plugin's thread, and of each layer before it. */
final class HandoverBench {
    private static final String ID = "42";
    private static final int HAND_OVERS = 200_000;

    private final Options options;
    private final Machine machine;
    private final Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();

    private HandoverBench(Options options, Machine machine, Path folder) {
        this.options = options;
        this.machine = machine;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench handover",
                Map.of("connections", "32", "pin", "true", "rounds", "7", "seconds", "5", "warmup", "25"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-handover");
        HandoverBench bench = new HandoverBench(options, machine, folder);
        try {
            bench.run();
        } finally {
            bench.servers.forEach(ServerProcess::close);
        }
        WorkFolder.delete(folder);
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        String group = "all";
        Comparison comparison = new Comparison(machine, options);
        plain(comparison, "Jetty handler", group, PlainServer.Kind.CORE);
        plain(comparison, "Jetty handler, dispatched", group, PlainServer.Kind.CORE_HANDOVER);
        plain(comparison, "Jetty handler, dispatched by a queue", group, PlainServer.Kind.CORE_QUEUE);
        plain(comparison, "Javalin handler", group, PlainServer.Kind.JAVALIN);
        plain(comparison, "Javalin handler, future, dispatched", group, PlainServer.Kind.JAVALIN_HANDOVER);
        ServerProcess busbar = busbar();
        List<ClosedLoop.Call> live = List.of(Requests.get("/health/live", ""));
        List<ClosedLoop.Call> open = List.of(Requests.get("/api/p0x/r0/" + ID, ID));
        List<ClosedLoop.Call> closed = List.of(Requests.get("/api/p0x/r1/" + ID, busbar.key(), ID));
        comparison.add(new Comparison.Candidate("Busbar, /health/live, inline", group, busbar, live));
        comparison.add(new Comparison.Candidate("Busbar, public route of a plugin", group, busbar, open));
        comparison.add(new Comparison.Candidate("Busbar, route of a plugin, with key", group, busbar, closed));
        Report.head("Cost of the dispatch to a plugin's thread", options, machine);
        comparison.run();
        Report.line("");
        alone();
    }

    private void plain(Comparison comparison, String name, String group, PlainServer.Kind kind) throws IOException {
        ServerProcess server = PlainServer.start(machine, folder.resolve(kind.name()), kind, 1, 1);
        servers.add(server);
        List<ClosedLoop.Call> calls = List.of(Requests.get("/api/p0/r0/" + ID, ID));
        comparison.add(new Comparison.Candidate(name, group, server, calls));
    }

    private ServerProcess busbar() throws IOException {
        Path data = folder.resolve("busbar");
        Path drop = Files.createDirectories(data.resolve("plugins"));
        byte[] jar = new PluginArchive(RoutesPlatform.class).pack("p0x", "1.0.0", List.of("routes=2"));
        Files.write(drop.resolve("p0x.jar"), jar);
        ServerProcess server = ServerProcess.busbar(machine, data);
        servers.add(server);
        return server;
    }

    /** The pool alone, in this process, on the core of the load generator, without a server. */
    private void alone() throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        try (BoundedPool pool = PlainServer.pool()) {
            Map<String, Workers> all = new LinkedHashMap<>();
            all.put("run by the caller", Workers.INLINE);
            all.put("dispatched as by the host", pool::offer);
            all.put("dispatched by a queue", PlainServer.queue());
            for (int inFlight : List.of(1, 8)) {
                for (Map.Entry<String, Workers> workers : all.entrySet()) {
                    offer(workers.getValue(), inFlight);
                    rows.add(row(workers.getKey(), workers.getValue(), inFlight));
                }
            }
        }
        Report.table(List.of("an empty task", "in flight", "CPU µs", "elapsed µs"), rows);
    }

    private static List<String> row(String name, Workers workers, int inFlight) throws InterruptedException {
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        offer(workers, inFlight);
        double elapsed = (System.nanoTime() - begin) / 1e3 / HAND_OVERS;
        double used = (cpuNanos() - cpu) / 1e3 / HAND_OVERS;
        return List.of(
                name,
                Integer.toString(inFlight),
                String.format(Locale.ROOT, "%.2f", used),
                String.format(Locale.ROOT, "%.2f", elapsed));
    }

    private static void offer(Workers workers, int inFlight) throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        for (int i = 0; i < HAND_OVERS; i++) {
            free.acquire();
            if (!workers.offer(free::release)) {
                throw new IllegalStateException("the pool is full (expected: room for " + inFlight + ")");
            }
        }
        free.acquire(inFlight);
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
