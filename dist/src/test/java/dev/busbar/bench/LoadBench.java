package dev.busbar.bench;

import dev.busbar.rig.AdminApi;
import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Machine;
import dev.busbar.rig.OpenLoop;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Latency of the bundled platforms: a mix of their routes and the host's own at a constant rate. */
final class LoadBench {
    private static final double MOST_P95_MILLIS = 100;
    private static final int TABLE_ROWS = 1_000;
    private static final String CSV = "text/csv";
    private static final String AUDITS = "/api/turbo/audits";
    private static final String COLUMNS =
            "?protectedAttribute=gender&privileged=Male&decision=decision&favourable=admitted";
    private static final String JSON_AUDIT = """
            {"protectedAttribute": "gender", "privileged": "Male", "decision": "decision", "favourable": "admitted",
             "rows": [{"gender": "Female", "decision": "admitted"}, {"gender": "Female", "decision": "rejected"},
                      {"gender": "Male", "decision": "admitted"}, {"gender": "Male", "decision": "admitted"}]}
            """;

    private final Options options;
    private final Machine machine;
    private final ServerProcess host;
    private final List<Part> parts = new ArrayList<>();
    private final List<LoadPlan.Planned> drawn = new ArrayList<>();

    /**
     * A kind of request.
     *
     * @param share the percentage of requests of this kind
     * @param open whether requests have no credentials
     */
    private record Part(String name, int share, String method, String path, String type, byte[] body, boolean open) {
        static Part get(String name, int share, String path) {
            return new Part(name, share, "GET", path, "", new byte[0], false);
        }

        static Part post(String name, int share, String path, String type, byte[] body) {
            return new Part(name, share, "POST", path, type, body, false);
        }

        Part opened() {
            return new Part(name, share, method, path, type, body, true);
        }

        Wire.Call call(String credentials) {
            String fields = (open ? "" : credentials)
                    + (body.length == 0 ? "" : "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n");
            return new Wire.Call(method, path, fields, body.length == 0 ? List.of() : List.of(body), 0);
        }
    }

    private LoadBench(Options options, Machine machine, ServerProcess host, byte[] berkeley) {
        this.options = options;
        this.machine = machine;
        this.host = host;
        parts.add(Part.get("GET /api/hello", 15, "/api/hello").opened());
        parts.add(Part.get("GET /api/hello/{name}", 25, "/api/hello/Ada"));
        String counted = AUDITS + COLUMNS + "&weight=count";
        parts.add(Part.post("audit, 24 counts", 15, counted, CSV, berkeley));
        parts.add(Part.post("audit, 24 counts by stratum", 10, counted + "&stratum=department", CSV, berkeley));
        byte[] json = JSON_AUDIT.getBytes(StandardCharsets.UTF_8);
        parts.add(Part.post("audit, JSON", 10, AUDITS, "application/json", json));
        parts.add(Part.post("audit, 1,000 rows", 5, AUDITS + COLUMNS, CSV, table()));
        parts.add(Part.get("GET /plugins", 5, "/plugins"));
        parts.add(Part.get("GET /auth/whoami", 7, "/auth/whoami"));
        parts.add(Part.get("GET /openapi.json", 3, "/openapi.json"));
        parts.add(Part.get("GET /health/live", 5, "/health/live").opened());
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench load",
                Map.of("pin", "true", "rate", "1000", "seconds", "120", "threads", "100", "warmup", "40"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-load");
        boolean good;
        Path data = folder.resolve("data");
        Path home = Path.of(System.getenv("BUSBAR_HOME"));
        deployShipped(home, data);
        byte[] berkeley = Files.readAllBytes(home.resolve("samples/berkeley-1973.csv"));
        try (ServerProcess host = ServerProcess.busbar(machine, data)) {
            good = new LoadBench(options, machine, host, berkeley).run();
        }
        WorkFolder.delete(folder);
        System.exit(good ? 0 : 1);
    }

    private static void deployShipped(Path home, Path data) throws IOException {
        Path drop = Files.createDirectories(data.resolve("plugins"));
        try (Stream<Path> files = Files.list(home.resolve("platforms"))) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, drop.resolve(jar.getFileName()));
            }
        }
    }

    /** Rows of two columns, identical in each run. */
    private static byte[] table() {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder table = new StringBuilder("gender,decision\n");
        for (int i = 0; i < TABLE_ROWS; i++) {
            table.append(random.nextBoolean() ? "Male" : "Female")
                    .append(random.nextInt(3) == 0 ? ",admitted\n" : ",rejected\n");
        }
        return table.toString().getBytes(StandardCharsets.UTF_8);
    }

    private boolean run() throws IOException {
        List<String> credentials = List.of(
                "X-API-Key: " + host.key() + "\r\n",
                "Authorization: Bearer " + TokenPool.issue(host, 1).get(0) + "\r\n");
        for (Part part : parts) {
            List<LoadPlan.Planned> both = new ArrayList<>();
            for (String each : credentials) {
                both.add(planned(part, each));
            }
            for (int i = 0; i < part.share(); i++) {
                drawn.add(both.get(i % 2));
            }
        }
        Phase warm = new Phase("warm-up");
        Phase measured = new Phase("measured");
        CpuWatch.Reading used;
        try (OpenLoop load =
                new OpenLoop(host.port(), this::request, options.number("rate"), options.number("threads"), warm)) {
            ServerProcess.pause(options.number("warmup") * 1_000L);
            CpuWatch watch = new CpuWatch(machine, host);
            load.enter(measured);
            ServerProcess.pause(options.number("seconds") * 1_000L);
            used = watch.read();
        }
        return report(measured, used);
    }

    /** The expected response is that to the same request at rest, sent twice. */
    private LoadPlan.Planned planned(Part part, String credentials) throws IOException {
        Wire.Call call = part.call(credentials);
        try (Wire wire = new Wire(host.port())) {
            byte[] body = AdminApi.good(wire.send(call)).body();
            if (!Arrays.equals(body, AdminApi.good(wire.send(call)).body())) {
                throw new IllegalStateException(part.name() + " gets different responses");
            }
            return new LoadPlan.Planned(call, body, part.name(), false, false);
        }
    }

    private LoadPlan.Planned request(long number) {
        return drawn.get(new SplittableRandom(number * 0x9E3779B97F4A7C15L).nextInt(drawn.size()));
    }

    private boolean report(Phase measured, CpuWatch.Reading used) {
        Report.head("A mix of routes at " + options.text("rate") + " requests a second", options, machine);
        List<List<String>> rows = new ArrayList<>();
        Samples all = new Samples();
        for (Part part : parts) {
            Samples nanos = measured.nanos(part.name());
            nanos.copyTo(all);
            rows.add(row(part.name(), part.body().length, nanos));
        }
        rows.add(row("all", 0, all));
        Report.table(
                List.of("request", "body bytes", "requests", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "max ms"), rows);
        int failed = measured.failed.get();
        double p95 = all.percentile(95) / 1e6;
        Report.line("- failed: " + failed + " of " + measured.requests.get() + " (wanted: none)");
        Report.line(String.format(
                Locale.ROOT,
                "- answered: %.0f a second; the server used %.0f %% of a core",
                all.count() * 1e9 / used.elapsedNanos(),
                100.0 * used.serverNanos() / used.elapsedNanos()));
        Report.line(String.format(Locale.ROOT, "- p95 of all: %.2f ms (wanted: below %.0f ms)", p95, MOST_P95_MILLIS));
        return failed == 0 && p95 < MOST_P95_MILLIS && all.count() > 0;
    }

    private static List<String> row(String name, int bytes, Samples nanos) {
        return List.of(
                name,
                bytes == 0 ? "" : Integer.toString(bytes),
                Integer.toString(nanos.count()),
                nanos.millis(50),
                nanos.millis(95),
                nanos.millis(99),
                nanos.millis(99.9),
                nanos.millis(100));
    }
}
