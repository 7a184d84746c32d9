package dev.busbar.bench;

import dev.busbar.bench.plugin.RoutesPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.ProcessInsight;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The cost of many idle plugins: start-up time, memory, and the swap of one of them. */
final class PluginsBench {
    private static final PluginArchive ARCHIVE = new PluginArchive(RoutesPlatform.class);
    private static final String SWAPPED = "p0x";
    private static final List<String> ONE_ROUTE = List.of("routes=1");

    private final Options options;
    private final Machine machine;
    private final Path folder;
    private final Map<Integer, Figures> figures = new TreeMap<>();

    /** Results for hosts with a number of plugins. */
    private record Figures(Samples firstNanos, Samples nextNanos, Samples resident, Samples heap, Samples metaspace) {
        Figures() {
            this(new Samples(), new Samples(), new Samples(), new Samples(), new Samples());
        }
    }

    private PluginsBench(Options options, Machine machine, Path folder) {
        this.options = options;
        this.machine = machine;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench plugins",
                Map.of("pin", "true", "plugins", "500", "rounds", "3", "steps", "0,100", "swaps", "200"),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-plugins");
        new PluginsBench(options, machine, folder).run();
        WorkFolder.delete(folder);
        System.exit(0);
    }

    private void run() throws IOException {
        List<Integer> counts =
                new ArrayList<>(Arrays.stream(options.text("steps").split(","))
                        .map(Integer::valueOf)
                        .toList());
        counts.add(options.number("plugins"));
        for (int round = 1; round <= options.number("rounds"); round++) {
            for (int count : counts) {
                Report.progress("round " + round + ": " + count + " plugins ...");
                start(count, folder.resolve(count + "-" + round));
            }
        }
        List<List<String>> swaps = swaps(options.number("plugins"));
        Report.head("Idle plugins", options, machine);
        List<List<String>> rows = new ArrayList<>();
        figures.forEach((count, seen) -> rows.add(row(count, seen)));
        Report.table(
                List.of(
                        "plugins",
                        "first start: median s (max)",
                        "next start: median s (max)",
                        "RSS MiB",
                        "heap in use MiB",
                        "metaspace MiB",
                        "each plugin: RSS KiB",
                        "heap and metaspace KiB"),
                rows);
        Report.table(List.of("swap of one plugin", "swaps", "median ms", "p99 ms", "max ms"), swaps);
        Report.line(
                "First start: the jars lie in the drop folder of a host that knows none of them; next start: of a host"
                        + " that was stopped. Memory: the host after its next start, all garbage collected, medians; each plugin:"
                        + " what it takes beyond a host without any. Swaps: uploads to two hosts in turn, one with this plugin"
                        + " alone.");
    }

    private void start(int count, Path data) throws IOException {
        Figures seen = figures.computeIfAbsent(count, key -> new Figures());
        drop(count, data);
        try (ServerProcess first = ServerProcess.busbar(machine, data)) {
            seen.firstNanos().add(first.startNanos());
            requireServed(count, first);
        }
        try (ServerProcess next = ServerProcess.busbar(machine, data)) {
            seen.nextNanos().add(next.startNanos());
            requireServed(count, next);
            ProcessInsight insight = new ProcessInsight(next);
            int unused = insight.collectAndCount("java.lang.Object");
            ProcessInsight.Memory memory = insight.memory();
            seen.resident().add(insight.residentBytes());
            seen.heap().add(memory.heap());
            seen.metaspace().add(memory.metaspace());
        }
    }

    private static void drop(int count, Path data) throws IOException {
        Path drop = Files.createDirectories(data.resolve("plugins"));
        for (int i = 0; i < count; i++) {
            Files.write(drop.resolve("p" + i + "x.jar"), ARCHIVE.pack("p" + i + "x", "1.0.0", ONE_ROUTE));
        }
    }

    /** A start is valid only if the first and the last plugin respond. */
    private static void requireServed(int count, ServerProcess host) throws IOException {
        if (count > 0) {
            AdminApi api = new AdminApi(host);
            Wire.Answer first = AdminApi.good(api.get("/api/" + SWAPPED + "/r0/1"));
            Wire.Answer last = AdminApi.good(api.get("/api/p" + (count - 1) + "x/r0/1"));
            if (!first.text().equals("1") || !last.text().equals("1")) {
                throw new IllegalStateException("a plugin answers " + first.text() + ", " + last.text());
            }
        }
    }

    private List<List<String>> swaps(int count) throws IOException {
        Report.progress(options.text("swaps") + " swaps, alone and beside " + (count - 1) + " ...");
        Path alone = folder.resolve("alone");
        Path beside = folder.resolve("beside");
        drop(1, alone);
        drop(count, beside);
        Samples aloneNanos = new Samples();
        Samples besideNanos = new Samples();
        try (ServerProcess first = ServerProcess.busbar(machine, alone);
                ServerProcess second = ServerProcess.busbar(machine, beside)) {
            AdminApi one = new AdminApi(first);
            AdminApi many = new AdminApi(second);
            int warm = options.number("swaps") / 4;
            for (int i = 1; i <= warm + options.number("swaps"); i++) {
                byte[] jar = ARCHIVE.pack(SWAPPED, "1." + i + ".0", ONE_ROUTE);
                swap(one, jar, i > warm ? aloneNanos : new Samples());
                swap(many, jar, i > warm ? besideNanos : new Samples());
            }
        }
        return List.of(row("alone", aloneNanos), row("beside " + (count - 1), besideNanos));
    }

    private static void swap(AdminApi api, byte[] jar, Samples nanos) throws IOException {
        long begin = System.nanoTime();
        AdminApi.good(api.install(jar));
        nanos.add(System.nanoTime() - begin);
    }

    private List<String> row(int count, Figures seen) {
        Figures none = figures.values().iterator().next();
        int beyond = Math.max(1, count - figures.keySet().iterator().next());
        long resident = seen.resident().median() - none.resident().median();
        long used = seen.heap().median()
                - none.heap().median()
                + seen.metaspace().median()
                - none.metaspace().median();
        return List.of(
                Integer.toString(count),
                seconds(seen.firstNanos()),
                seconds(seen.nextNanos()),
                mebibytes(seen.resident()),
                mebibytes(seen.heap()),
                mebibytes(seen.metaspace()),
                Long.toString(resident / beyond / 1024),
                Long.toString(used / beyond / 1024));
    }

    private static List<String> row(String what, Samples nanos) {
        return List.of(what, Integer.toString(nanos.count()), nanos.millis(50), nanos.millis(99), nanos.millis(100));
    }

    private static String seconds(Samples nanos) {
        return String.format(Locale.ROOT, "%.1f (%.1f)", nanos.median() / 1e9, nanos.max() / 1e9);
    }

    private static String mebibytes(Samples bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes.median() / 1048576.0);
    }
}
