package dev.busbar.drill;

import dev.busbar.drill.plugin.NeighbourPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Machine;
import dev.busbar.rig.OpenLoop;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Repeater;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One platform spins, hangs, throws and is flooded, in turn; another one must not be affected. */
final class NeighboursDrill {
    private static final String QUIET = "quiet";
    private static final String NOISY = "noisy";
    private static final byte[] GOOD = "good".getBytes(StandardCharsets.UTF_8);
    private static final int LOAD_THREADS = 40;
    private static final long BOUND_NANOS = 50_000_000;

    private NeighboursDrill() {}

    /** The misbehaviour of the noisy platform. */
    private record Noise(String name, String path, int connections, int most) {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of("rate", "300", "seconds", "60", "warmup", "20");
        Findings.conduct("neighbours", defaults, arguments, NeighboursDrill::run);
    }

    private static void run(Options options, Path folder, Findings findings) throws IOException {
        Machine machine = new Machine(options.flag("pin"));
        int seconds = options.number("seconds");
        List<Noise> noises = List.of(
                new Noise("one thread spins", "/spin/" + seconds, 1, 1),
                new Noise("hangs", "/hang/5", 64, Repeater.WITHOUT_END),
                new Noise("throws", "/throw", 16, Repeater.WITHOUT_END),
                new Noise("is flooded", "/good", 64, Repeater.WITHOUT_END),
                new Noise("one more thread spins every 2 s", "/spin/" + seconds, 1, Repeater.WITHOUT_END));
        List<Phase> phases = new ArrayList<>();
        Map<String, Map<String, Integer>> noise = new LinkedHashMap<>();
        try (ServerProcess host = ServerProcess.busbar(machine, folder.resolve("data"))) {
            AdminApi api = new AdminApi(host);
            for (String id : List.of(QUIET, NOISY)) {
                AdminApi.good(api.install(new PluginArchive(NeighbourPlatform.class).pack(id, "1.0.0", List.of())));
            }
            LoadPlan.Planned asked =
                    new LoadPlan.Planned(Wire.get("/api/" + QUIET + "/good"), GOOD, Phase.FAST, false, false);
            phases.add(new Phase("warm-up"));
            try (OpenLoop load =
                    new OpenLoop(host.port(), number -> asked, options.number("rate"), LOAD_THREADS, phases.get(0))) {
                ServerProcess.pause(options.number("warmup") * 1_000L);
                enter(load, phases, "rest", seconds);
                for (Noise each : noises) {
                    Wire.Call call = Wire.get("/api/" + NOISY + each.path());
                    try (Repeater repeater = new Repeater(host.port(), call, each.connections(), each.most())) {
                        enter(load, phases, each.name(), seconds);
                        Map<String, Integer> seen = new TreeMap<>();
                        repeater.answers().forEach((what, times) -> seen.put(what, times.get()));
                        noise.put(each.name(), seen);
                    }
                    enter(load, phases, "after: " + each.name(), 5);
                }
            }
        }
        judge(phases, noise, findings);
        Report.head("A misbehaving platform next to a well-behaved one", options, machine);
        Report.table(Phase.HEAD, phases.stream().map(Phase::row).toList());
        Report.line("Responses of the misbehaving platform:");
        noise.forEach((name, seen) -> Report.line("- " + name + ": " + seen));
    }

    private static void enter(OpenLoop load, List<Phase> phases, String name, int seconds) {
        Phase phase = new Phase(name);
        phases.add(phase);
        load.enter(phase);
        ServerProcess.pause(seconds * 1_000L);
    }

    private static void judge(List<Phase> phases, Map<String, Map<String, Integer>> noise, Findings findings) {
        Phase rest = phases.get(1);
        long bound = Math.max(2 * rest.nanos(Phase.FAST).percentile(99), BOUND_NANOS);
        for (Phase phase : phases) {
            findings.require(
                    phase.failed.get() == 0,
                    phase.name + ": " + phase.failed.get() + " requests of the quiet one failed");
            boolean judged = noise.containsKey(phase.name);
            findings.require(
                    !judged || phase.nanos(Phase.FAST).percentile(99) <= bound,
                    phase.name + ": p99 of the quiet one "
                            + phase.nanos(Phase.FAST).millis(99) + " ms (bound: " + bound / 1_000_000 + " ms)");
        }
        noise.forEach((name, seen) -> findings.require(
                !seen.isEmpty(), name + ": the misbehaving platform never responded, so nothing was tested"));
    }
}
