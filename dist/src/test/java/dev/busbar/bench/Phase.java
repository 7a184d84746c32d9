package dev.busbar.bench;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What came of the requests that were due during a part of a run. Thread-safe. */
final class Phase {
    static final List<String> HEAD =
            List.of("phase", "seconds", "requests", "failed", "fast: p50 ms", "p99 ms", "p99.9 ms", "max ms");

    final String name;
    final Samples fastNanos = new Samples();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    private final long begunNanos = System.nanoTime();
    private volatile long endedNanos;

    Phase(String name) {
        this.name = name;
    }

    void end() {
        endedNanos = System.nanoTime();
    }

    List<String> row() {
        return List.of(
                name,
                String.format(Locale.ROOT, "%.0f", (endedNanos - begunNanos) / 1e9),
                Integer.toString(requests.get()),
                Integer.toString(failed.get()),
                fastNanos.millis(50),
                fastNanos.millis(99),
                fastNanos.millis(99.9),
                fastNanos.millis(100));
    }
}
