package dev.busbar.bench;

import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.ServerProcess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A server that is flooded while legitimate clients use it, with the results. Used by one thread. */
final class FloodTarget {
    final String name;
    final ServerProcess server;
    final LongFunction<LoadPlan.Planned> honest;
    final List<ClosedLoop.Call> flood;
    final Map<String, Integer> reasons = new TreeMap<>();
    private final Map<Kind, List<Round>> rounds = new EnumMap<>(Kind.class);

    /** The source addresses and connections of the flood; legitimate clients use 127.0.0.1. */
    enum Kind {
        REST("at rest", ""),
        ELSEWHERE("flood from other addresses", "floodConnections", "127.0.0.2", "127.0.0.3"),
        BESIDE("flood from their own address", "floodConnections", "127.0.0.1"),
        /** More connections, from more addresses, than responses are delayed. */
        MANY("flood over many connections", "manyConnections", many());

        final String text;
        final List<String> sources;
        private final String option;

        Kind(String text, String option, String... sources) {
            this.text = text;
            this.option = option;
            this.sources = List.of(sources);
        }

        private static String[] many() {
            return IntStream.rangeClosed(1, 32).mapToObj(i -> "127.0.1." + i).toArray(String[]::new);
        }

        /** The number of flooding connections. */
        int connections(Options options) {
            return options.number(option);
        }

        /** Whether its effect on legitimate clients is judged by the bound, or only reported. */
        boolean isJudged() {
            return this != MANY;
        }
    }

    /**
     * A round of one kind.
     *
     * @param honest the results of legitimate requests
     * @param flood the results of the flood
     */
    record Round(Phase honest, ClosedLoop.Outcome flood, CpuWatch.Reading cpu) {
        /** Of the legitimate requests. */
        double millis(double percent) {
            return honest.nanos(Phase.FAST).percentile(percent) / 1e6;
        }

        int flooded() {
            return flood.nanos().count();
        }
    }

    /**
     * A target without results.
     *
     * @param honest the legitimate request with a number
     * @param flood the requests of the flood, in turn
     */
    FloodTarget(String name, ServerProcess server, LongFunction<LoadPlan.Planned> honest, List<ClosedLoop.Call> flood) {
        this.name = name;
        this.server = server;
        this.honest = honest;
        this.flood = flood;
    }

    void add(Kind kind, Round round) {
        rounds.computeIfAbsent(kind, any -> new ArrayList<>()).add(round);
    }

    List<Round> rounds(Kind kind) {
        return rounds.getOrDefault(kind, List.of());
    }

    private Stream<Round> all() {
        return rounds.values().stream().flatMap(List::stream);
    }

    /** Of the legitimate requests in all rounds. */
    int requests() {
        return all().mapToInt(round -> round.honest().requests.get()).sum();
    }

    /** Of the legitimate requests in all rounds. */
    int failed() {
        return all().mapToInt(round -> round.honest().failed.get()).sum();
    }

    /** The number of unexpected responses to the flood. */
    int wrong() {
        return all().flatMap(round -> round.flood().failures().values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Whether the machine was idle otherwise during most judged rounds. */
    boolean wasQuiet() {
        return rounds.entrySet().stream()
                .filter(kind -> kind.getKey().isJudged())
                .map(Map.Entry::getValue)
                .allMatch(all ->
                        all.stream().filter(round -> round.cpu().isQuiet()).count() * 2 > all.size());
    }

    /** The values of all rounds of a kind, in ascending order. */
    List<Double> sorted(Kind kind, ToDoubleFunction<Round> value) {
        return rounds(kind).stream()
                .map(value::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** The median p99 of legitimate requests relative to that at rest. */
    double timesRest(Kind kind) {
        return median(kind, round -> round.millis(99)) / median(Kind.REST, round -> round.millis(99));
    }

    double median(Kind kind, ToDoubleFunction<Round> value) {
        List<Double> all = sorted(kind, value);
        return all.get(all.size() / 2);
    }
}
