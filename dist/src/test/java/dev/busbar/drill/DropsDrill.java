package dev.busbar.drill;

import dev.busbar.bench.plugin.SwapPlatform;
import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Machine;
import dev.busbar.rig.OpenLoop;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Prober;
import dev.busbar.rig.ProcessInsight;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Replaces one jar in the drop folder in rapid succession under constant load, then checks for growth. */
final class DropsDrill implements AutoCloseable {
    private static final String LOADER = "dev.busbar.host.isolation.GenerationClassLoader";
    private static final int WARM = 20;
    private static final int QUIET_ROUNDS = 90;
    private static final int LOAD_THREADS = 100;

    private final Options options;
    private final Findings findings;
    private final Path data;
    private final Path drop;
    private final Path staging;
    private final Path violations;
    private final ServerProcess host;
    private final ProcessInsight insight;
    private final PluginArchive archive = new PluginArchive(SwapPlatform.class);
    private int serial;

    /** Resources of a host, in the process and on disk. */
    private record Holdings(
            int threads, int handles, long heap, long metaspace, int artifacts, int files, long storeBytes) {}

    private DropsDrill(Options options, Machine machine, Path folder, Findings findings) throws IOException {
        this.options = options;
        this.findings = findings;
        this.data = folder.resolve("data");
        this.drop = Files.createDirectories(data.resolve("plugins"));
        this.staging = Files.createDirectories(folder.resolve("staging"));
        this.violations = folder.resolve("violations");
        dropNext();
        this.host = ServerProcess.busbar(machine, data);
        this.insight = new ProcessInsight(host);
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of(
                "handles", "8",
                "heapMiB", "16",
                "minutes", "3",
                "perMinute", "100",
                "rate", "200",
                "storeMiB", "4",
                "threads", "8");
        Findings.conduct("drops", defaults, arguments, (options, folder, findings) -> {
            Machine machine = new Machine(options.flag("pin"));
            Report.head(options.text("perMinute") + " drops a minute", options, machine);
            try (DropsDrill drill = new DropsDrill(options, machine, folder, findings)) {
                drill.run();
            }
        });
    }

    private void run() throws IOException {
        Phase warmUp = new Phase("warm-up");
        OpenLoop warming = load(warmUp);
        try (warming) {
            drops(WARM);
        }
        Holdings before = quiet();
        Phase phase = new Phase("drops");
        OpenLoop load = load(phase);
        try (load) {
            drops(options.number("minutes") * options.number("perMinute"));
            new Prober(host.port()).await(serial);
        }
        Holdings after = quiet();
        host.close();
        report(load, List.of(warmUp, phase), before, after, storeBytes());
    }

    private OpenLoop load(Phase phase) {
        return new OpenLoop(host.port(), new LoadPlan(5, 1)::request, options.number("rate"), LOAD_THREADS, phase);
    }

    private void drops(int count) throws IOException {
        long interval = 60_000_000_000L / options.number("perMinute");
        long next = System.nanoTime();
        for (int i = 0; i < count; i++) {
            dropNext();
            next += interval;
            ServerProcess.pause(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        }
    }

    private void dropNext() throws IOException {
        serial++;
        byte[] jar = archive.pack(
                "swap", "1." + serial + ".0", List.of("serial=" + serial, "violations=" + violations.toAbsolutePath()));
        Path staged = Files.write(staging.resolve("swap.jar"), jar);
        Files.move(staged, drop.resolve("swap.jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Waits until one generation remains. */
    private Holdings quiet() throws IOException {
        for (int i = 0; i < QUIET_ROUNDS && insight.collectAndCount(LOADER) > 1; i++) {
            ServerProcess.pause(1_000);
        }
        int loaders = insight.collectAndCount(LOADER);
        findings.require(loaders == 1, loaders + " class loaders are alive (expected: 1)");
        ProcessInsight.Memory memory = insight.memory();
        return new Holdings(
                insight.threads(),
                insight.handles(),
                memory.heap(),
                memory.metaspace(),
                count(data.resolve("work/artifacts")),
                count(drop) + count(data.resolve("work/incoming")) + count(data.resolve("work/scratch")),
                storeBytes());
    }

    private static int count(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(folder)) {
            return (int) all.count();
        }
    }

    private long storeBytes() throws IOException {
        return Files.size(StoredState.file(data));
    }

    private void report(OpenLoop load, List<Phase> phases, Holdings before, Holdings after, long stopped)
            throws IOException {
        Report.table(Phase.HEAD, phases.stream().map(Phase::row).toList());
        Report.table(
                List.of("", "after " + WARM + " drops", "at the end"),
                List.of(
                        row("threads", before.threads(), after.threads()),
                        row("file handles", before.handles(), after.handles()),
                        row("heap in use, KiB", before.heap() / 1024, after.heap() / 1024),
                        row("metaspace in use, KiB", before.metaspace() / 1024, after.metaspace() / 1024),
                        row("jars in work/artifacts", before.artifacts(), after.artifacts()),
                        row("files in the folders", before.files(), after.files()),
                        row("store, KiB", before.storeBytes() / 1024, after.storeBytes() / 1024)));
        Report.line("- store after a good stop, KiB: " + stopped / 1024);
        int failed = phases.stream().mapToInt(phase -> phase.failed.get()).sum();
        findings.require(failed == 0, failed + " requests failed: " + load.reasons());
        findings.require(!Files.exists(violations), "code was entered after close(): see " + violations);
        findings.require(after.artifacts() <= Wanted.KEPT, after.artifacts() + " jars are kept");
        findings.require(after.files() <= before.files(), "files pile up in the folders");
        grown("threads", before.threads(), after.threads(), options.number("threads"));
        grown("file handles", before.handles(), after.handles(), options.number("handles"));
        grown("heap", before.heap(), after.heap(), (long) options.number("heapMiB") << 20);
        grown("the stopped store", 0, stopped, (long) options.number("storeMiB") << 20);
    }

    private static List<String> row(String what, long before, long after) {
        return List.of(what, Long.toString(before), Long.toString(after));
    }

    private void grown(String what, long before, long after, long tolerance) {
        findings.require(
                after <= before + tolerance,
                what + " grew from " + before + " to " + after + " (tolerance: " + tolerance + ")");
    }

    @Override
    public void close() {
        host.close();
    }
}
