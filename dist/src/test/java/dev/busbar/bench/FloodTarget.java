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

/** A server that is flooded while honest callers use it, with what came of it. For one thread. */
final class FloodTarget {
    final String name;
    final ServerProcess server;
    final LongFunction<LoadPlan.Planned> honest;
    final List<ClosedLoop.Call> flood;
    final Map<String, Integer> reasons = new TreeMap<>();
    private final Map<Kind, List<Round>> rounds = new EnumMap<>(Kind.class);

    /** Where the flood comes from, and over how many connections; honest callers come from 127.0.0.1. */
    enum Kind {
        REST("at rest", ""),
        ELSEWHERE("flood from other addresses", "floodConnections", "127.0.0.2", "127.0.0.3"),
        BESIDE("flood from their own address", "floodConnections", "127.0.0.1"),
        /** More connections, from more addresses, than answers are kept back. */
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

        /** How many connections flood at once. */
        int connections(Options options) {
            return options.number(option);
        }

        /** Whether what it does to honest callers is held against the bound; what it does beyond that is shown. */
        boolean isJudged() {
            return this != MANY;
        }
    }

    /**
     * One round of one kind.
     *
     * @param honest what came of the honest requests
     * @param flood what came of the others
     */
    record Round(Phase honest, ClosedLoop.Outcome flood, CpuWatch.Reading cpu) {
        /** Of the honest ones. */
        double millis(double percent) {
            return honest.nanos(Phase.FAST).percentile(percent) / 1e6;
        }

        int flooded() {
            return flood.nanos().count();
        }
    }

    /**
     * Nothing is measured yet.
     *
     * @param honest the honest request of a number
     * @param flood what the flood sends, in turn
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

    /** Of the honest ones, in all rounds. */
    int requests() {
        return all().mapToInt(round -> round.honest().requests.get()).sum();
    }

    /** Of the honest ones, in all rounds. */
    int failed() {
        return all().mapToInt(round -> round.honest().failed.get()).sum();
    }

    /** How many answers to the flood were neither a refusal nor what else was to be expected. */
    int wrong() {
        return all().flatMap(round -> round.flood().failures().values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Whether little else ran on the machine during most rounds of each kind that is judged. */
    boolean wasQuiet() {
        return rounds.entrySet().stream()
                .filter(kind -> kind.getKey().isJudged())
                .map(Map.Entry::getValue)
                .allMatch(all ->
                        all.stream().filter(round -> round.cpu().isQuiet()).count() * 2 > all.size());
    }

    /** The values of all rounds of a kind, the smallest first. */
    List<Double> sorted(Kind kind, ToDoubleFunction<Round> value) {
        return rounds(kind).stream()
                .map(value::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** The p99 of honest requests in the middle of the rounds, beside that at rest. */
    double timesRest(Kind kind) {
        return median(kind, round -> round.millis(99)) / median(Kind.REST, round -> round.millis(99));
    }

    double median(Kind kind, ToDoubleFunction<Round> value) {
        List<Double> all = sorted(kind, value);
        return all.get(all.size() / 2);
    }
}
