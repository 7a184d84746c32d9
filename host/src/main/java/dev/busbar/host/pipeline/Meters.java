package dev.busbar.host.pipeline;

import java.util.function.DoubleSupplier;

/**
 * The factory of meters for features; implemented by {@code observe}. A feature gets a meter once and keeps it where
 * the labels are known in advance: getting it is a look-up, counting is not. Names are those of Prometheus without a
 * suffix, such as {@code busbar.cache.requests}; labels are names and values in turn, from small sets only. What is
 * labelled {@code platform}, {@code caller} or {@code target} ends when that platform is removed: a counter or timer
 * starts from zero when it is used again, a gauge has to be shown again. Thread-safe.
 */
public interface Meters {
    /** Meters that count nothing, for tests and standalone features. */
    Meters NONE = new Meters() {
        @Override
        public Count count(String name, String help, String... labels) {
            return () -> {};
        }

        @Override
        public Timer timer(String name, String help, String... labels) {
            return nanos -> {};
        }

        @Override
        public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
    };

    /** A counter. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Count {
        /** Counts one event. */
        void increment();
    }

    /** A timer. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Timer {
        /** Records a duration. */
        void record(long nanos);
    }

    /** The timer of a name and labels; the same one for all callers. */
    Timer timer(String name, String help, String... labels);

    /** The counter of a name and labels; the same one for all callers. */
    Count count(String name, String help, String... labels);

    /** Registers a gauge, which is read at each scrape; once for a name and labels, and held strongly. */
    void gauge(String name, String help, DoubleSupplier value, String... labels);
}
