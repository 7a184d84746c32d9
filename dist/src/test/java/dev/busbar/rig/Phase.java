package dev.busbar.rig;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What came of the requests that were due during a part of a run. Thread-safe. */
public final class Phase {
    /** The head of a table of phases. */
    public static final List<String> HEAD =
            List.of("phase", "seconds", "requests", "failed", "fast: p50 ms", "p99 ms", "p99.9 ms", "max ms");

    public final String name;
    public final Samples fastNanos = new Samples();
    public final AtomicInteger requests = new AtomicInteger();
    public final AtomicInteger failed = new AtomicInteger();
    private final long begunNanos = System.nanoTime();
    private volatile long endedNanos;

    /** A phase that begins now. */
    public Phase(String name) {
        this.name = name;
    }

    /** It is over. */
    public void end() {
        endedNanos = System.nanoTime();
    }

    /** Its row of the table. */
    public List<String> row() {
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
