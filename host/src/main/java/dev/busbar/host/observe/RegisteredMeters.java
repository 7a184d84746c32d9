package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Meters of other features in the host's registry. Those labelled with a platform are removed with it; a counter or timer
 * that is used after its removal is registered again. Thread-safe.
 */
final class RegisteredMeters implements Meters {
    /** Labels whose values are platforms or their placeholders. */
    private static final List<String> LABELS = List.of("platform", "caller", "target");

    private final MeterRegistry registry;
    private final AtomicInteger removals = new AtomicInteger();

    RegisteredMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Count count(String name, String help, String... labels) {
        String[] tags = labels.clone();
        Registration<Counter> counter = new Registration<>(
                () -> Counter.builder(name).description(help).tags(tags).register(registry));
        return () -> counter.now().increment();
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        String[] tags = labels.clone();
        Registration<io.micrometer.core.instrument.Timer> timer =
                new Registration<>(() -> io.micrometer.core.instrument.Timer.builder(name)
                        .description(help)
                        .tags(tags)
                        .register(registry));
        return nanos -> timer.now().record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }

    /** Removes every series labelled with a platform other than these. */
    void retain(Set<String> platforms) {
        boolean removed = false;
        for (Meter meter : registry.getMeters()) {
            if (!isOf(platforms, meter.getId())) {
                removed |= registry.remove(meter) != null;
            }
        }
        if (removed) {
            removals.incrementAndGet();
        }
    }

    /** Swaps are labelled with {@code plugin}; other series with that label are rebuilt on each scrape. */
    private static boolean isOf(Set<String> platforms, Meter.Id id) {
        List<String> labels = id.getName().equals(Metrics.SWAPS) ? List.of("plugin") : LABELS;
        return labels.stream().map(id::getTag).allMatch(platform -> platform == null || platforms.contains(platform));
    }

    /** A meter that is registered again if any meter was removed since, because it may have been this one. */
    private final class Registration<M extends Meter> {
        private final Supplier<M> register;
        private volatile Found<M> found;

        Registration(Supplier<M> register) {
            this.register = register;
            this.found = find();
        }

        private Found<M> find() {
            int before = removals.get();
            return new Found<>(register.get(), before);
        }

        M now() {
            Found<M> last = found;
            if (last.removals() != removals.get()) {
                last = find();
                found = last;
            }
            return last.meter();
        }
    }

    /** @param removals the number of removals before it was registered */
    private record Found<M extends Meter>(M meter, int removals) {}
}
