package dev.busbar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.bench.plugin.RecordPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The cost of each feature around a handler, compared with a plain Javalin handler that gets the same request and reads no header, and with one whose features are wired by hand.
 */
final class PipelineBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "record";
    private static final String PLAIN = "plain Javalin, reads no header";
    private static final String WIRED = "Javalin, all of it wired by hand";
    private static final String ALL = "Busbar, plus access log: everything on";
    private static final String HIT = "Busbar, everything on, cache hit";
    private static final String NO_LOG = "--accessLog.enabled=false";
    private static final String[] LIMITED = {
        "--limits.default.kind=rate",
        "--limits.default.limit=1000000",
        "--limits.default.window=1s",
        "--limits.default.by=principal"
    };
    private static final double MAX_BESIDE_PLAIN = 1.25;
    private static final double MAX_BESIDE_WIRED = 0.5;

    private final Machine machine;
    private final Path folder;
    private final Comparison comparison;
    private final List<ServerProcess> servers = new ArrayList<>();

    private PipelineBench(Options options, Machine machine, Path folder) {
        this.machine = machine;
        this.folder = folder;
        this.comparison = new Comparison(machine, options);
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench pipeline",
                Map.of("connections", "32", "pin", "true", "rounds", "7", "seconds", "2", "warmup", "25"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-pipeline");
        PipelineBench bench = new PipelineBench(options, machine, folder);
        boolean good;
        try {
            bench.prepare();
            Report.head("Cost of the pipeline", options, machine);
            bench.comparison.run();
            good = bench.judge();
        } finally {
            bench.servers.forEach(ServerProcess::close);
        }
        WorkFolder.delete(folder);
        System.exit(good ? 0 : 1);
    }

    private void prepare() throws IOException {
        ServerProcess bare = busbar("bare", NO_LOG);
        ServerProcess limited = busbar("limited", with(NO_LOG));
        ServerProcess all = busbar("all", LIMITED);
        String[] key = key(all);
        ServerProcess plain = started(WiredServer.start(machine, folder.resolve("plain")));
        ServerProcess wired = started(WiredServer.start(machine, folder.resolve("wired"), key));
        String token = TokenPool.issue(all, 1).get(0);
        add(PLAIN, plain, "items", token);
        add(WIRED, wired, "items", token);
        add("Busbar, public route: correlation, metrics", bare, "open", "");
        add(
                "Busbar, plus cached token, RBAC",
                bare,
                "items",
                TokenPool.issue(bare, 1).get(0));
        add(
                "Busbar, plus rate limit",
                limited,
                "items",
                TokenPool.issue(limited, 1).get(0));
        add(ALL, all, "items", token);
        add(HIT, all, "cached", token);
    }

    private static String[] with(String one) {
        List<String> settings = new ArrayList<>(List.of(LIMITED));
        settings.add(one);
        return settings.toArray(String[]::new);
    }

    private void add(String name, ServerProcess server, String route, String token) {
        String field = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        ClosedLoop.Call call = Requests.get("/api/records/" + route + "/42", field, "", Set.of(200));
        comparison.add(new Comparison.Candidate(name, GROUP, server, List.of(call)));
    }

    private ServerProcess busbar(String name, String... settings) throws IOException {
        Path data = folder.resolve(name);
        Path drop = Files.createDirectories(data.resolve("plugins"));
        Files.write(
                drop.resolve("records.jar"),
                new PluginArchive(RecordPlatform.class).pack("records", "1.0.0", List.of()));
        Report.progress("starting busbar " + name);
        return started(ServerProcess.busbar(machine, data, settings));
    }

    private ServerProcess started(ServerProcess server) {
        servers.add(server);
        return server;
    }

    /** The modulus and the exponent of the current signing key. */
    private static String[] key(ServerProcess host) throws IOException {
        try (Wire wire = new Wire(host.port())) {
            JsonNode key = JSON.readTree(AdminApi.good(wire.send(Wire.get("/.well-known/jwks.json")))
                            .body())
                    .get("keys")
                    .get(0);
            return new String[] {key.get("n").asText(), key.get("e").asText()};
        }
    }

    private boolean judge() {
        double plain = comparison.cpuMicros(PLAIN);
        double all = comparison.cpuMicros(ALL);
        boolean good = holds("everything on, relative to the plain handler", all / plain, MAX_BESIDE_PLAIN);
        good &= holds(
                "everything on, relative to the one wired by hand",
                all / comparison.cpuMicros(WIRED),
                MAX_BESIDE_WIRED);
        good &= holds("a cache hit, relative to the plain handler", comparison.cpuMicros(HIT) / plain, 1.0);
        Report.line("- wrong responses: " + comparison.failed() + " (expected: none)");
        return good && comparison.failed() == 0;
    }

    private static boolean holds(String what, double ratio, double most) {
        boolean holds = ratio <= most;
        Report.line(String.format(
                Locale.ROOT,
                "- CPU per request, %s: %.2f × (wanted: at most %.2f ×): %s",
                what,
                ratio,
                most,
                holds ? "holds" : "DOES NOT HOLD"));
        return holds;
    }
}
