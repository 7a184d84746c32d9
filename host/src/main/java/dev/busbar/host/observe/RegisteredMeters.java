package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Meters of other features in the registry of the host. Thread-safe. */
record RegisteredMeters(MeterRegistry registry) implements Meters {
    @Override
    public Count count(String name, String help, String... labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry)::increment;
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        io.micrometer.core.instrument.Timer timer = io.micrometer.core.instrument.Timer.builder(name)
                .description(help)
                .tags(labels)
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }
}
