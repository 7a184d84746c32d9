package dev.busbar.host.testing;

import dev.busbar.host.pipeline.Meters;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/** Meters whose counters a test reads by name and label; timers and gauges do nothing. Thread-safe. */
public final class CountingMeters implements Meters {
    private final Map<Counter, AtomicInteger> counters = new ConcurrentHashMap<>();

    private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

    private record Counter(String name, Map<String, String> labels) {}

    @Override
    public Count count(String name, String help, String... labels) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            values.put(labels[i], labels[i + 1]);
        }
        AtomicInteger count =
                counters.computeIfAbsent(new Counter(name, Map.copyOf(values)), none -> new AtomicInteger());
        return count::incrementAndGet;
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        return nanos -> {};
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        gauges.put(name, value);
    }

    /** The value of a gauge without labels. */
    public long value(String name) {
        return (long) Objects.requireNonNull(gauges.get(name), name).getAsDouble();
    }

    /** The sum of the counters of a name that have these labels. */
    public int counted(String name, Map<String, String> labels) {
        return counters.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name)
                        && entry.getKey().labels().entrySet().containsAll(labels.entrySet()))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    /** The counters of a name that are not zero, summed up by the values of a label. */
    public Map<String, Integer> counted(String name, String label) {
        Map<String, Integer> sums = new TreeMap<>();
        counters.forEach((counter, count) -> {
            if (counter.name().equals(name) && count.get() > 0) {
                String value = Objects.requireNonNull(counter.labels().get(label), label);
                sums.merge(value, count.get(), Integer::sum);
            }
        });
        return sums;
    }
}
