package dev.busbar.bench;

import dev.busbar.bench.FloodTarget.Kind;
import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Prints the effect of a flood on legitimate clients and compares it with the bound. */
final class FloodReport {
    private static final double MOST_TIMES_REST = 3;

    private FloodReport() {}

    static void print(Options options, List<FloodTarget> targets) {
        List<List<String>> rows = new ArrayList<>();
        for (FloodTarget target : targets) {
            for (Kind kind : Kind.values()) {
                rows.add(row(target, kind));
            }
        }
        Report.table(
                List.of(
                        "legitimate clients of",
                        "requests",
                        "failed",
                        "p50 ms: median (min–max)",
                        "p99 ms: median (min–max)",
                        "p99 relative to rest",
                        "flood: requests/s",
                        "answered",
                        "server CPU µs each",
                        "quiet rounds"),
                rows);
        Report.line("Honest: " + options.text("rate") + " requests a second in an open loop from 127.0.0.1, a key and a"
                + " cached token in turn, timed from when each was due. Flood: a closed loop over "
                + options.text("floodConnections") + " connections, each forged token with a signature of its own;"
                + " the one over many connections has " + options.text("manyConnections") + ", from "
                + Kind.MANY.sources.size() + " addresses, more than responses are delayed"
                + " (authentication.refusalDelay). Its effect on legitimate clients is reported and not judged."
                + " CPU each: what the server used beyond what it uses at rest, by request of the flood.");
        for (FloodTarget target : targets) {
            target.reasons.forEach((reason, count) -> Report.line("- " + target.name + ": " + count + " × " + reason));
        }
    }

    private static List<String> row(FloodTarget target, Kind kind) {
        List<FloodTarget.Round> rounds = target.rounds(kind);
        boolean rest = kind == Kind.REST;
        long quiet = rounds.stream().filter(round -> round.cpu().isQuiet()).count();
        return List.of(
                target.name + ", " + kind.text,
                sum(rounds, round -> round.honest().requests.get()),
                sum(rounds, round -> round.honest().failed.get()),
                spread(target.sorted(kind, round -> round.millis(50))),
                spread(target.sorted(kind, round -> round.millis(99))),
                rest ? "" : times(target.timesRest(kind)),
                rest ? "" : String.format(Locale.ROOT, "%,.0f", target.median(kind, FloodReport::perSecond)),
                rest ? "" : statuses(rounds),
                rest ? "" : String.format(Locale.ROOT, "%.1f", cpuMicros(target, kind)),
                quiet + "/" + rounds.size());
    }

    private static String sum(List<FloodTarget.Round> rounds, ToDoubleFunction<FloodTarget.Round> value) {
        return String.format(
                Locale.ROOT, "%.0f", rounds.stream().mapToDouble(value).sum());
    }

    private static String spread(List<Double> sorted) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f–%.2f)",
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.1f ×", ratio);
    }

    private static double perSecond(FloodTarget.Round round) {
        return round.flooded() * 1e9 / round.cpu().elapsedNanos();
    }

    private static String statuses(List<FloodTarget.Round> rounds) {
        Map<Integer, Integer> all = new TreeMap<>();
        rounds.forEach(round -> round.flood().statuses().forEach((status, n) -> all.merge(status, n, Integer::sum)));
        return all.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    private static double cpuMicros(FloodTarget target, Kind kind) {
        double atRest = target.median(Kind.REST, round -> load(round.cpu()));
        return target.median(
                kind, round -> (load(round.cpu()) - atRest) * round.cpu().elapsedNanos() / 1e3 / round.flooded());
    }

    private static double load(CpuWatch.Reading cpu) {
        return cpu.serverNanos() / (double) cpu.elapsedNanos();
    }

    /** Prints the verdicts; false if a judged bound was exceeded. */
    static boolean judge(FloodTarget target) {
        Report.line("");
        boolean answered = target.failed() == 0;
        Report.line("- failed legitimate requests: " + target.failed() + " of " + target.requests()
                + " (expected: none): " + verdict(answered));
        boolean refused = target.wrong() == 0;
        Report.line("- forged tokens answered by anything but 401 or 429: " + target.wrong() + " (expected: none): "
                + verdict(refused));
        return answered & refused & isBearable(target, Kind.ELSEWHERE) & isBearable(target, Kind.BESIDE);
    }

    private static boolean isBearable(FloodTarget target, Kind kind) {
        boolean holds = target.timesRest(kind) <= MOST_TIMES_REST;
        Report.line("- p99 of legitimate requests, " + kind.text + ", relative to that at rest: "
                + times(target.timesRest(kind)) + " (wanted: at most " + times(MOST_TIMES_REST) + "): "
                + (target.wasQuiet() ? verdict(holds) : "not judged, the machine was busy with other things"));
        return holds || !target.wasQuiet();
    }

    private static String verdict(boolean holds) {
        return holds ? "holds" : "DOES NOT HOLD";
    }
}
