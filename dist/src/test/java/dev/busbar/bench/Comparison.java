package dev.busbar.bench;

import static java.util.Objects.requireNonNull;

import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A comparison of candidates: all servers run at once, each is warmed up until its CPU time per request no longer falls, then rounds are interleaved, so that changes on the machine affect all alike. The CPU time of the server is the figure to compare; throughput is meaningful only if nothing else ran.
 */
final class Comparison {
    private static final int WARM_SLICES = 5;
    private static final double STILL_FALLING = 0.97;

    private final Machine machine;
    private final Options options;
    private final Map<Candidate, List<Round>> rounds = new LinkedHashMap<>();
    private final Map<ServerProcess, AllocationWatch> allocations = new HashMap<>();

    /**
     * A candidate.
     *
     * @param name the label of its row
     * @param group the group whose first candidate is the reference of its ratio
     * @param server the server
     * @param calls the requests, in turn
     * @param sources the client addresses
     */
    record Candidate(
            String name, String group, ServerProcess server, List<ClosedLoop.Call> calls, List<InetAddress> sources) {
        /** A candidate with the default client address. */
        Candidate(String name, String group, ServerProcess server, List<ClosedLoop.Call> calls) {
            this(name, group, server, calls, List.of(InetAddress.getLoopbackAddress()));
        }
    }

    private record Round(double perSecond, double cpuMicros, double bytes, boolean clean, ClosedLoop.Outcome outcome) {}

    /** Requires the options {@code connections}, {@code warmup}, {@code rounds} and {@code seconds}. */
    Comparison(Machine machine, Options options) {
        this.machine = machine;
        this.options = options;
    }

    /** Adds a candidate. */
    void add(Candidate candidate) {
        rounds.put(candidate, new ArrayList<>());
    }

    /** Runs all rounds and prints the table. */
    void run() throws IOException {
        try {
            for (Candidate candidate : rounds.keySet()) {
                if (!allocations.containsKey(candidate.server())) {
                    allocations.put(candidate.server(), AllocationWatch.attach(candidate.server()));
                }
                warm(candidate);
            }
            measureAll();
        } finally {
            for (AllocationWatch watch : allocations.values()) {
                watch.close();
            }
        }
        print();
    }

    private void measureAll() throws IOException {
        for (int i = 1; i <= options.number("rounds"); i++) {
            Report.progress("round " + i + " of " + options.number("rounds"));
            for (Map.Entry<Candidate, List<Round>> entry : rounds.entrySet()) {
                entry.getValue().add(measure(entry.getKey(), options.number("seconds") * 1_000L));
            }
        }
    }

    private void warm(Candidate candidate) throws IOException {
        long slice = options.number("warmup") * 1_000L / WARM_SLICES;
        double before = Double.MAX_VALUE;
        double now = Double.MAX_VALUE;
        for (int i = 0; i < WARM_SLICES || (now < before * STILL_FALLING && i < 3 * WARM_SLICES); i++) {
            before = now;
            now = measure(candidate, slice).cpuMicros();
        }
        Report.progress(String.format(Locale.ROOT, "warm: %s, %.1f µs", candidate.name(), now));
    }

    private Round measure(Candidate candidate, long millis) throws IOException {
        AllocationWatch allocation = requireNonNull(allocations.get(candidate.server()));
        Map<Long, Long> before = allocation.read();
        CpuWatch watch = new CpuWatch(machine, candidate.server());
        ClosedLoop.Outcome outcome = ClosedLoop.run(
                candidate.server().port(),
                options.number("connections"),
                candidate.sources(),
                candidate.calls(),
                millis);
        CpuWatch.Reading used = watch.read();
        long bytes = AllocationWatch.between(before, allocation.read());
        int requests = Math.max(1, outcome.nanos().count());
        return new Round(
                requests * 1e9 / used.elapsedNanos(),
                used.serverNanos() / 1e3 / requests,
                (double) bytes / requests,
                used.isQuiet(),
                outcome);
    }

    /** The median CPU time per request of a candidate over the rounds, in microseconds. */
    double cpuMicros(String name) {
        return median(of(name));
    }

    /** The least CPU time per request of a candidate over the rounds, in microseconds. */
    double leastCpuMicros(String name) {
        return of(name).stream().mapToDouble(Round::cpuMicros).min().orElseThrow();
    }

    /** The median of the bytes that a server allocated per request of a candidate. */
    double allocatedBytes(String name) {
        return medianBytes(of(name));
    }

    /**
     * The ratios of CPU time per request of two candidates in the same round, in ascending order: what slows the machine
     * in one round slows both.
     */
    List<Double> pairedRatios(String name, String reference) {
        List<Round> own = of(name);
        List<Round> other = of(reference);
        return IntStream.range(0, own.size())
                .mapToObj(i -> own.get(i).cpuMicros() / other.get(i).cpuMicros())
                .sorted()
                .toList();
    }

    private List<Round> of(String name) {
        return rounds.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    /** The number of wrong responses. */
    int failed() {
        return rounds.values().stream().mapToInt(Comparison::failed).sum();
    }

    private static int failed(List<Round> all) {
        return all.stream()
                .flatMap(round -> round.outcome().failures().values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    private void print() {
        Map<String, Double> first = new TreeMap<>();
        rounds.forEach((candidate, all) -> first.putIfAbsent(candidate.group(), median(all)));
        List<List<String>> rows = new ArrayList<>();
        rounds.forEach((candidate, all) -> rows.add(row(candidate, all, first)));
        Report.table(
                List.of(
                        "candidate",
                        "server CPU µs/request: median (min–max)",
                        "ratio",
                        "allocated bytes/request",
                        "requests/s: median (min–max)",
                        "p50 ms",
                        "p99 ms",
                        "clean rounds",
                        "failed"),
                rows);
        Report.line("Ratio: CPU of the first of its kind over its own (0.50 costs twice as much). Clean:"
                + " all else on the machine took less than 5 % of a core. Closed loop over "
                + options.number("connections") + " keep-alive connections.");
        rounds.forEach(Comparison::printRefused);
        rounds.forEach((candidate, all) -> all.stream()
                .flatMap(round -> round.outcome().failures().entrySet().stream())
                .forEach(bad -> Report.line(
                        "- failed: " + candidate.name() + ": " + bad.getKey() + ", " + bad.getValue() + " times")));
    }

    private static void printRefused(Candidate candidate, List<Round> all) {
        Map<Integer, Integer> statuses = new TreeMap<>();
        all.forEach(round ->
                round.outcome().statuses().forEach((status, times) -> statuses.merge(status, times, Integer::sum)));
        if (!statuses.keySet().equals(Set.of(200))) {
            Report.line("- " + candidate.name() + ", responses by status: " + statuses);
        }
    }

    private static double median(List<Round> all) {
        return sorted(all.stream().map(Round::cpuMicros).toList()).get(all.size() / 2);
    }

    private static double medianBytes(List<Round> all) {
        return sorted(all.stream().map(Round::bytes).toList()).get(all.size() / 2);
    }

    private static List<Double> sorted(List<Double> values) {
        return values.stream().sorted(Comparator.naturalOrder()).toList();
    }

    private static List<String> row(Candidate candidate, List<Round> all, Map<String, Double> first) {
        List<Double> micros = sorted(all.stream().map(Round::cpuMicros).toList());
        List<Double> rate = sorted(all.stream().map(Round::perSecond).toList());
        return List.of(
                candidate.name(),
                spread("%.1f", micros),
                String.format(Locale.ROOT, "%.2f", first.get(candidate.group()) / median(all)),
                String.format(Locale.ROOT, "%,.0f", medianBytes(all)),
                spread("%,.0f", rate),
                latency(all, 50),
                latency(all, 99),
                all.stream().filter(Round::clean).count() + "/" + all.size(),
                Integer.toString(failed(all)));
    }

    private static String spread(String format, List<Double> sorted) {
        String three = format + " (" + format + "–" + format + ")";
        return String.format(
                Locale.ROOT, three, sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** The median over the rounds. */
    private static String latency(List<Round> all, double percent) {
        List<Double> each = sorted(all.stream()
                .map(round -> round.outcome().nanos().percentile(percent) / 1e6)
                .toList());
        return String.format(Locale.ROOT, "%.2f", each.get(each.size() / 2));
    }
}
