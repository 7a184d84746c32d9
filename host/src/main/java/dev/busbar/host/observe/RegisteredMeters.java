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
 * Meters of other features in the registry of the host. Those that are labelled with a platform go with it; a counter or
 * timer that is kept beyond that begins anew when it is used again. Thread-safe.
 */
final class RegisteredMeters implements Meters {
    /** Labels whose values are platforms, or stand for what is none. */
    private static final List<String> LABELS = List.of("platform", "caller", "target");

    private final MeterRegistry registry;
    private final AtomicInteger removals = new AtomicInteger();

    RegisteredMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Count count(String name, String help, String... labels) {
        String[] kept = labels.clone();
        Kept<Counter> counter = new Kept<>(
                () -> Counter.builder(name).description(help).tags(kept).register(registry));
        return () -> counter.now().increment();
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        String[] kept = labels.clone();
        Kept<io.micrometer.core.instrument.Timer> timer =
                new Kept<>(() -> io.micrometer.core.instrument.Timer.builder(name)
                        .description(help)
                        .tags(kept)
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

    /** Removes every series that is labelled with another platform than these. */
    void keep(Set<String> platforms) {
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

    /** Of swaps the label is {@code plugin}; other series with that one are made anew at each reading. */
    private static boolean isOf(Set<String> platforms, Meter.Id id) {
        List<String> labels = id.getName().equals(Metrics.SWAPS) ? List.of("plugin") : LABELS;
        return labels.stream().map(id::getTag).allMatch(platform -> platform == null || platforms.contains(platform));
    }

    /** A meter that is registered again when something was removed since: it may have been this one. */
    private final class Kept<M extends Meter> {
        private final Supplier<M> registration;
        private volatile Found<M> found;

        Kept(Supplier<M> registration) {
            this.registration = registration;
            this.found = find();
        }

        private Found<M> find() {
            int before = removals.get();
            return new Found<>(registration.get(), before);
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

    /** @param removals how many there had been when it was registered */
    private record Found<M extends Meter>(M meter, int removals) {}
}
