package dev.busbar.rig;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Results of the requests that were due during a part of a run. Thread-safe. */
public final class Phase {
    /** The header row of a table of phases. */
    public static final List<String> HEAD =
            List.of("phase", "seconds", "requests", "failed", "fast: p50 ms", "p99 ms", "p99.9 ms", "max ms");

    /** Requests whose latency only the host determines. */
    public static final String FAST = "fast";

    public final String name;
    public final AtomicInteger requests = new AtomicInteger();
    public final AtomicInteger failed = new AtomicInteger();
    private final ConcurrentMap<String, Samples> nanos = new ConcurrentHashMap<>();
    private final long begunNanos = System.nanoTime();
    private volatile long endedNanos;

    /** A phase that starts now. */
    public Phase(String name) {
        this.name = name;
    }

    /** The latencies of a kind of request, in nanoseconds. */
    public Samples nanos(String kind) {
        return nanos.computeIfAbsent(kind, any -> new Samples());
    }

    /** Ends the phase. */
    public void end() {
        endedNanos = System.nanoTime();
    }

    /** The row of the phase. */
    public List<String> row() {
        Samples fast = nanos(FAST);
        return List.of(
                name,
                String.format(Locale.ROOT, "%.0f", (endedNanos - begunNanos) / 1e9),
                Integer.toString(requests.get()),
                Integer.toString(failed.get()),
                fast.millis(50),
                fast.millis(99),
                fast.millis(99.9),
                fast.millis(100));
    }
}
