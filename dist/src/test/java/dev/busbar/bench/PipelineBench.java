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
import java.util.Optional;
import java.util.Set;

/**
 * The cost of each feature around a handler, compared with a plain Javalin handler that gets the same request and reads
 * no header, and with one whose features are wired by hand; or, with {@code --before=<checkout>}, with another version of
 * the host whose checkout was built ({@code scripts/maven -DskipTests package}).
 */
final class PipelineBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "record";
    private static final String PLAIN = "plain Javalin, reads no header";
    private static final String WIRED = "Javalin, all of it wired by hand";
    private static final String ALL = "Busbar, plus access log: everything on";
    private static final String HIT = "Busbar, everything on, cache hit";
    private static final String PUBLIC = "Busbar, public route: correlation, metrics";
    private static final String BEFORE = ", before";
    private static final String NO_LOG = "--accessLog.enabled=false";
    private static final String[] LIMITED = {
        "--limits.default.kind=rate",
        "--limits.default.limit=1000000",
        "--limits.default.window=1s",
        "--limits.default.by=principal"
    };
    private static final double MAX_BESIDE_PLAIN = 1.25;
    private static final double MAX_BESIDE_WIRED = 0.5;
    private static final double MAX_BESIDE_BEFORE = 1.05;

    private final Machine machine;
    private final Path folder;
    private final Comparison comparison;
    private final List<ServerProcess> servers = new ArrayList<>();

    /** The servers of another version, and a token of the second. */
    private record Before(ServerProcess bare, ServerProcess all, String token) {}

    private PipelineBench(Options options, Machine machine, Path folder) {
        this.machine = machine;
        this.folder = folder;
        this.comparison = new Comparison(machine, options);
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench pipeline",
                Map.of("before", "", "connections", "32", "pin", "true", "rounds", "7", "seconds", "2", "warmup", "25"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-pipeline");
        PipelineBench bench = new PipelineBench(options, machine, folder);
        boolean good;
        try {
            bench.prepare(options.text("before"));
            Report.head("Cost of the pipeline", options, machine);
            bench.comparison.run();
            good = options.text("before").isEmpty() ? bench.judge() : bench.judgeBefore();
        } finally {
            bench.servers.forEach(ServerProcess::close);
        }
        WorkFolder.delete(folder);
        System.exit(good ? 0 : 1);
    }

    private void prepare(String checkout) throws IOException {
        ServerProcess bare = busbar("bare", NO_LOG);
        ServerProcess limited = busbar("limited", with(NO_LOG));
        ServerProcess all = busbar("all", LIMITED);
        String[] key = key(all);
        ServerProcess plain = started(WiredServer.start(machine, folder.resolve("plain")));
        ServerProcess wired = started(WiredServer.start(machine, folder.resolve("wired"), key));
        String token = TokenPool.issue(all, 1).get(0);
        Optional<Before> before = checkout.isEmpty() ? Optional.empty() : Optional.of(before(Path.of(checkout)));
        add(PLAIN, plain, "items", token);
        if (before.isEmpty()) {
            add(WIRED, wired, "items", token);
        }
        add(PUBLIC, bare, "open", "");
        before.ifPresent(other -> add(PUBLIC + BEFORE, other.bare(), "open", ""));
        if (before.isEmpty()) {
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
        }
        add(ALL, all, "items", token);
        before.ifPresent(other -> add(ALL + BEFORE, other.all(), "items", other.token()));
        add(HIT, all, "cached", token);
        before.ifPresent(other -> add(HIT + BEFORE, other.all(), "cached", other.token()));
    }

    private Before before(Path checkout) throws IOException {
        Path home = checkout.resolve("dist/target/busbar");
        PluginArchive archive =
                new PluginArchive(checkout.resolve("dist/target/test-classes"), RecordPlatform.class.getName());
        ServerProcess all = busbar(home, archive, "all-before", LIMITED);
        return new Before(
                busbar(home, archive, "bare-before", NO_LOG),
                all,
                TokenPool.issue(all, 1).get(0));
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
        return busbar(ServerProcess.installed(), new PluginArchive(RecordPlatform.class), name, settings);
    }

    private ServerProcess busbar(Path home, PluginArchive archive, String name, String... settings) throws IOException {
        Path data = folder.resolve(name);
        Path drop = Files.createDirectories(data.resolve("plugins"));
        Files.write(drop.resolve("records.jar"), archive.pack("records", "1.0.0", List.of()));
        Report.progress("starting busbar " + name);
        return started(ServerProcess.busbar(machine, home, data, settings));
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

    /** By the median of the paired ratios, which noise moves least; the least CPU time is shown beside it. */
    private boolean judgeBefore() {
        boolean good = comparison.failed() == 0;
        for (String name : List.of(PUBLIC, ALL, HIT)) {
            String before = name + BEFORE;
            List<Double> ratios = comparison.pairedRatios(name, before);
            double median = ratios.get(ratios.size() / 2);
            double bytes = comparison.allocatedBytes(name);
            good &= median <= MAX_BESIDE_BEFORE && bytes <= comparison.allocatedBytes(before);
            Report.line(String.format(
                    Locale.ROOT,
                    "- %s, relative to before: CPU %.2f × (%.2f–%.2f; least %.1f µs, before %.1f µs),"
                            + " allocated %,.0f bytes (before %,.0f)",
                    name,
                    median,
                    ratios.get(0),
                    ratios.get(ratios.size() - 1),
                    comparison.leastCpuMicros(name),
                    comparison.leastCpuMicros(before),
                    bytes,
                    comparison.allocatedBytes(before)));
        }
        return good;
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
