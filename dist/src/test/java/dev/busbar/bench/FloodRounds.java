package dev.busbar.bench;

import dev.busbar.bench.FloodTarget.Kind;
import dev.busbar.rig.Machine;
import dev.busbar.rig.OpenLoop;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Legitimate clients at a constant rate during a flood: interleaved rounds at rest, of a flood from other addresses, from the clients' own address and over many connections, for each target, so that changes on the machine affect all alike.
 */
final class FloodRounds {
    private static final int THREADS = 16;
    private static final long BEGIN_MILLIS = 500;

    private final Options options;
    private final Machine machine;
    private final List<FloodTarget> targets;

    /** Requires the options {@code flood} (seconds), {@code floodConnections}, {@code manyConnections}, {@code rate}, {@code rounds}. */
    FloodRounds(Options options, Machine machine, List<FloodTarget> targets) {
        this.options = options;
        this.machine = machine;
        this.targets = targets;
    }

    /** Runs all rounds; the first at each target is discarded. */
    void run() throws IOException {
        long millis = options.number("flood") * 1_000L;
        for (int i = 0; i <= options.number("rounds"); i++) {
            Report.progress(i == 0 ? "flood, warm-up" : "flood, round " + i + " of " + options.number("rounds"));
            for (FloodTarget target : targets) {
                measure(target, i == 0 ? Math.min(millis, 2_000) : millis, i > 0);
            }
        }
    }

    private void measure(FloodTarget target, long millis, boolean counts) throws IOException {
        Phase begin = new Phase("begin");
        OpenLoop load = new OpenLoop(target.server.port(), target.honest, options.number("rate"), THREADS, begin);
        try (load) {
            ServerProcess.pause(BEGIN_MILLIS);
            for (Kind kind : Kind.values()) {
                load.enter(new Phase("connecting")); // opening a thousand connections takes a while
                Phase phase = new Phase(kind.text);
                AtomicReference<CpuWatch> watch = new AtomicReference<>();
                ClosedLoop.Outcome flood = flood(target, kind, millis, () -> {
                    load.enter(phase);
                    watch.set(new CpuWatch(machine, target.server));
                });
                CpuWatch.Reading cpu = watch.get().read();
                if (counts) {
                    target.add(kind, new FloodTarget.Round(phase, flood, cpu));
                }
            }
        }
        load.reasons().forEach((reason, count) -> target.reasons.merge(reason, count.get(), Integer::sum));
    }

    private ClosedLoop.Outcome flood(FloodTarget target, Kind kind, long millis, Runnable begin) throws IOException {
        if (kind.sources.isEmpty()) {
            begin.run();
            ServerProcess.pause(millis);
            return new ClosedLoop.Outcome(new Samples(), Map.of(), Map.of());
        }
        List<InetAddress> sources = new ArrayList<>();
        for (String source : kind.sources) {
            sources.add(InetAddress.getByName(source));
        }
        ClosedLoop loop = new ClosedLoop(target.server.port(), kind.connections(options), sources, target.flood);
        return ClosedLoop.run(loop, millis, begin);
    }
}
