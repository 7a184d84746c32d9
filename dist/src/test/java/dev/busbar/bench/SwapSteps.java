package dev.busbar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.rig.Samples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Durations of the steps of swaps. Used by one thread. */
final class SwapSteps {
    private static final List<String> STEPS = List.of("load", "start", "check", "publish");

    private final String whole;
    private final String rest;
    private final Map<String, Samples> nanos = new LinkedHashMap<>();

    /**
     * Steps of swaps.
     *
     * @param whole the duration measured from outside
     * @param rest the part before the first step that the host measures
     */
    SwapSteps(String whole, String rest) {
        this.whole = whole;
        this.rest = rest;
    }

    /** Adds a swap: the duration measured outside, and the host's durations of the new generation. */
    void add(long wholeNanos, JsonNode micros) {
        nanos.computeIfAbsent(whole, key -> new Samples()).add(wholeNanos);
        long steps = 0;
        for (String step : STEPS) {
            steps += micros.get(step).asLong() * 1_000;
        }
        nanos.computeIfAbsent(rest, key -> new Samples()).add(wholeNanos - steps);
        for (String step : STEPS) {
            nanos.computeIfAbsent("– " + step, key -> new Samples())
                    .add(micros.get(step).asLong() * 1_000);
        }
    }

    /** Adds another figure. */
    void add(String name, long value) {
        nanos.computeIfAbsent(name, key -> new Samples()).add(value);
    }

    static List<String> head() {
        return List.of("", "swaps", "median ms", "p99 ms", "max ms");
    }

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        nanos.forEach((name, samples) -> rows.add(List.of(
                name, Integer.toString(samples.count()), samples.millis(50), samples.millis(99), samples.millis(100))));
        return rows;
    }
}
