package dev.busbar.bench;

import dev.busbar.bench.plugin.RoutesPlatform;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The cost of a request as the number of routes and plugins grows, compared with a plain Javalin with as many routes. */
final class RoutesBench {
    private static final String ID = "42";

    private final Options options;
    private final Machine machine;
    private final Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Comparison comparison;
    private final String[] configurations;

    private RoutesBench(Options options, Machine machine, Path folder) {
        this.options = options;
        this.machine = machine;
        this.folder = folder;
        this.comparison = new Comparison(machine, options);
        this.configurations = options.text("configurations").split(",");
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench routes",
                Map.of(
                        "configurations", "10/1,1000/1,1000/100,10000/100,10000/500",
                        "connections", "32",
                        "paths", "500",
                        "pin", "true",
                        "rounds", "5",
                        "seconds", "3",
                        "warmup", "12"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-routes");
        RoutesBench bench = new RoutesBench(options, machine, folder);
        try {
            bench.run();
        } finally {
            bench.servers.forEach(ServerProcess::close);
        }
        WorkFolder.delete(folder);
        System.exit(0);
    }

    private void run() throws IOException {
        List<Integer> plain = new ArrayList<>();
        for (String configuration : configurations) {
            String[] numbers = configuration.split("/");
            int routes = Integer.parseInt(numbers[0]);
            int plugins = Integer.parseInt(numbers[1]);
            addBusbar(configuration, plugins, routes);
            if (!plain.contains(routes)) {
                plain.add(routes);
                addJavalin(configuration, plugins, routes);
            }
        }
        Report.head("Cost of a request by number of routes (routes/plugins)", options, machine);
        comparison.run();
        Report.line(
                "Last: one route, the last declared that anybody may call. Spread: paths over all plugins, so that each"
                        + " request runs on other threads and in another plugin's code; beside \"last\" that is the price of a"
                        + " plugin's own threads, not of the number of routes.");
    }

    private void addBusbar(String configuration, int plugins, int routes) throws IOException {
        Path data = folder.resolve("busbar-" + configuration.replace('/', '-'));
        Path drop = Files.createDirectories(data.resolve("plugins"));
        PluginArchive archive = new PluginArchive(RoutesPlatform.class);
        int each = routes / plugins;
        for (int i = 0; i < plugins; i++) {
            Files.write(
                    drop.resolve("p" + i + "x.jar"), archive.pack("p" + i + "x", "1.0.0", List.of("routes=" + each)));
        }
        Report.progress("starting busbar " + configuration);
        ServerProcess server = started(ServerProcess.busbar(machine, data));
        String last = "/api/p" + (plugins - 1) + "x/r";
        String name = "busbar " + configuration;
        add(name, "busbar, last, public", server, List.of(get(last + (each - 2))));
        ClosedLoop.Call withKey = Requests.get(last + (each - 1) + "/" + ID, server.key(), ID);
        add(name, "busbar, last, with key", server, List.of(withKey));
        add(name, "busbar, spread, public", server, spread("x", plugins, each));
    }

    private void addJavalin(String configuration, int plugins, int routes) throws IOException {
        Path data = folder.resolve("javalin-" + routes);
        ServerProcess server = started(PlainServer.start(machine, data, PlainServer.Kind.JAVALIN, plugins, routes));
        int each = routes / plugins;
        String last = "/api/p" + (plugins - 1) + "/r" + (each - 1);
        String name = "javalin " + routes;
        String key = "bb_dev_0000000000_0000000000000000000000000000000000000000000";
        add(name, "javalin, last", server, List.of(get(last)));
        add(name, "javalin, last, key sent", server, List.of(Requests.get(last + "/" + ID, key, ID)));
        add(name, "javalin, spread", server, spread("", plugins, each));
    }

    /** Paths evenly spread over the plugins and their public routes. */
    private List<ClosedLoop.Call> spread(String suffix, int plugins, int each) {
        List<ClosedLoop.Call> calls = new ArrayList<>();
        int all = plugins * (each - 1);
        int wanted = Math.min(all, options.number("paths"));
        for (int i = 0; i < wanted; i++) {
            int at = (int) ((long) i * all / wanted);
            calls.add(get("/api/p" + at / (each - 1) + suffix + "/r" + at % (each - 1)));
        }
        return calls;
    }

    private static ClosedLoop.Call get(String route) {
        return Requests.get(route + "/" + ID, ID);
    }

    private ServerProcess started(ServerProcess server) {
        servers.add(server);
        return server;
    }

    /** The smallest configuration comes first, as the reference of its group. */
    private void add(String server, String group, ServerProcess process, List<ClosedLoop.Call> calls) {
        String what = group.substring(group.indexOf(','));
        comparison.add(new Comparison.Candidate(server + what, group, process, calls));
    }
}
