package dev.busbar.host.pipeline;

import java.util.function.DoubleSupplier;

/**
 * Where features count what they do; implemented by {@code observe}. A meter is asked for once and kept, where its labels
 * are known beforehand: asking is a look-up, counting is not. Names are those of Prometheus without a suffix, such as
 * {@code busbar.cache.requests}; labels are names and values in turn, from small sets only. What is labelled
 * {@code platform}, {@code caller} or {@code target} ends when that platform is removed: a counter or timer that is kept
 * begins anew when it is used again, a gauge has to be shown again. Thread-safe.
 */
public interface Meters {
    /** Counts nothing; for tests and for features that stand alone. */
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

    /** Something that is counted. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Count {
        /** One more. */
        void increment();
    }

    /** Something whose durations are measured. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Timer {
        /** One more, in nanoseconds. */
        void record(long nanos);
    }

    /** The timer of a name and labels; whoever asks for it measures on the same. */
    Timer timer(String name, String help, String... labels);

    /** The counter of a name and labels; whoever asks for it counts on the same. */
    Count count(String name, String help, String... labels);

    /** Shows a value that is read whenever metrics are; registered once for a name and labels, and held on to. */
    void gauge(String name, String help, DoubleSupplier value, String... labels);
}
