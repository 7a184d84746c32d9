package dev.busbar.bench;

import dev.busbar.rig.LoadPlan;
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
import java.util.stream.Stream;

/** A server that is flooded while honest callers use it, with what came of it. For one thread. */
final class FloodTarget {
    final String name;
    final ServerProcess server;
    final LongFunction<LoadPlan.Planned> honest;
    final List<ClosedLoop.Call> flood;
    final Map<String, Integer> reasons = new TreeMap<>();
    private final Map<Kind, List<Round>> rounds = new EnumMap<>(Kind.class);

    /** Where the flood comes from; honest callers come from 127.0.0.1. */
    enum Kind {
        REST("at rest"),
        ELSEWHERE("flood from other addresses", "127.0.0.2", "127.0.0.3"),
        BESIDE("flood from their own address", "127.0.0.1");

        final String text;
        final List<String> sources;

        Kind(String text, String... sources) {
            this.text = text;
            this.sources = List.of(sources);
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
            return honest.fastNanos.percentile(percent) / 1e6;
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

    /** Whether little else ran on the machine during most rounds of each kind. */
    boolean wasQuiet() {
        return rounds.values().stream()
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
