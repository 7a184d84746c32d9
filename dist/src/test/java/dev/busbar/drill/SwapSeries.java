package dev.busbar.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.ProcessInsight;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Many swaps of one plugin on its own host, and the resources left by them. */
final class SwapSeries implements AutoCloseable {
    static final List<String> HEAD = List.of(
            "plugin",
            "swaps",
            "median ms",
            "p99 ms",
            "loaders alive",
            "retired shown / collected",
            "threads: start → end",
            "handles: start → end",
            "metaspace MiB at 25, 50, 75, 100 %",
            "RSS MiB: start → end",
            "quiet after s");

    private static final String LOADER = "dev.busbar.host.isolation.GenerationClassLoader";
    private static final int WARM = 10;
    private static final int QUARTERS = 4;
    private static final int FEWEST_JUDGED = 1_000;

    private final SwapSubject subject;
    private final Options options;
    private final Findings findings;
    private final ServerProcess host;
    private final AdminApi api;
    private final ProcessInsight insight;
    private final Samples nanos = new Samples();
    private final List<Long> metaspace = new ArrayList<>();
    private int serial;
    private int loaders;
    private int threadsAtStart;

    SwapSeries(SwapSubject subject, Options options, Machine machine, Path data, Findings findings) throws IOException {
        this.subject = subject;
        this.options = options;
        this.findings = findings;
        this.host = ServerProcess.busbar(machine, data);
        this.api = new AdminApi(host);
        this.insight = new ProcessInsight(host);
    }

    /** Runs the swaps; returns the row of the table. */
    List<String> run() throws IOException {
        Report.progress(subject.name() + ": " + options.text("swaps") + " swaps ...");
        AdminApi.good(api.install(subject.jar(++serial)));
        for (int i = 0; i < WARM; i++) {
            swap();
        }
        threadsAtStart = Integer.MAX_VALUE;
        long unused = untilQuiet();
        threadsAtStart = insight.threads();
        int handlesAtStart = insight.handles();
        long residentAtStart = insight.residentBytes();
        int swaps = options.number("swaps");
        long quiet = 0;
        for (int i = 1; i <= swaps; i++) {
            long begin = System.nanoTime();
            swap();
            nanos.add(System.nanoTime() - begin);
            if (i * QUARTERS / swaps > (i - 1) * QUARTERS / swaps) {
                quiet = untilQuiet();
                metaspace.add(insight.memory().metaspace());
                Report.progress(subject.name() + ": " + i + " swaps, quiet after " + quiet + " s, " + insight.threads()
                        + " threads, metaspace " + mebibytes(metaspace.get(metaspace.size() - 1)) + " MiB");
            }
        }
        return judge(handlesAtStart, residentAtStart, quiet);
    }

    private void swap() throws IOException {
        if (subject.uploads()) {
            AdminApi.good(api.install(subject.jar(++serial)));
        } else {
            AdminApi.good(api.change(SwapSubject.ID, "reload"));
        }
        AdminApi.good(api.get("/api/" + SwapSubject.ID + "/use"));
    }

    /** Runs collections until only the serving generation is left, up to a limit; returns the seconds it took. */
    private long untilQuiet() throws IOException {
        long begin = System.nanoTime();
        long limit = TimeUnit.SECONDS.toNanos(options.number("wait"));
        boolean quiet = false;
        while (!quiet && System.nanoTime() - begin < limit) {
            ServerProcess.pause(1_000);
            loaders = insight.collectAndCount(LOADER);
            quiet = loaders <= 1 && insight.threads() <= (long) threadsAtStart + options.number("threads");
        }
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    }

    private List<String> judge(int handlesAtStart, long residentAtStart, long quiet) throws IOException {
        int threads = insight.threads();
        int handles = insight.handles();
        String name = subject.name();
        findings.require(loaders == 1, name + ": " + loaders + " class loaders are alive (expected: 1)");
        within(name + ": threads", threadsAtStart, threads, options.number("threads"));
        within(name + ": file handles", handlesAtStart, handles, options.number("handles"));
        judgeMetaspace();
        int retired = 0;
        int collected = 0;
        for (JsonNode generation : api.generations(SwapSubject.ID)) {
            JsonNode unload = generation.path("unload");
            if (unload.isObject()) {
                retired++;
                collected += unload.get("collected").asBoolean() ? 1 : 0;
                findings.require(
                        unload.get("collected").asBoolean(), name + ": not collected: " + generation.toPrettyString());
            }
        }
        return List.of(
                name,
                Integer.toString(nanos.count()),
                nanos.millis(50),
                nanos.millis(99),
                Integer.toString(loaders),
                retired + " / " + collected,
                threadsAtStart + " → " + threads,
                handlesAtStart + " → " + handles,
                String.join(", ", metaspace.stream().map(SwapSeries::mebibytes).toList()),
                residentAtStart / (1 << 20) + " → " + insight.residentBytes() / (1 << 20),
                Long.toString(quiet));
    }

    /** Constant after a quarter of the swaps; with few swaps that quarter only warms the host up. */
    private void judgeMetaspace() {
        if (nanos.count() < FEWEST_JUDGED) {
            Report.progress(subject.name() + ": metaspace is judged from " + FEWEST_JUDGED + " swaps on");
            return;
        }
        long from = metaspace.get(0);
        for (long each : metaspace) {
            findings.require(
                    Math.abs(each - from) * 100.0 <= from * (double) options.number("metaspace"),
                    subject.name() + ": metaspace was " + mebibytes(from)
                            + " MiB after a quarter of the swaps, and then " + mebibytes(each));
        }
    }

    private void within(String what, int start, int end, int tolerance) {
        findings.require(
                end <= start + tolerance,
                what + ": " + start + " at the start, " + end + " at the end (tolerance: " + tolerance + ")");
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }

    @Override
    public void close() {
        host.close();
    }
}
