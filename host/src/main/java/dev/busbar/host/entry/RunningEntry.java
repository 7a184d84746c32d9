package dev.busbar.host.entry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An entry that is inside a generation's code.
 *
 * @param kind the kind of entry, such as {@code task}
 * @param label its name, such as {@code GET /slow}
 * @param correlationId the correlation id
 * @param runningMillis the time since it entered
 * @param overdueMillis the time since its deadline; empty before the deadline, and without one
 * @param stack the stack of its thread; empty when it has just left
 */
public record RunningEntry(
        String kind,
        String label,
        String correlationId,
        long runningMillis,
        Optional<Long> overdueMillis,
        List<String> stack) {
    /** Copies the stack. */
    public RunningEntry {
        stack = List.copyOf(stack);
    }

    static RunningEntry of(Entry entry, long sinceNanos, List<String> stack) {
        long now = System.nanoTime();
        long overdue = entry.overdueNanos();
        return new RunningEntry(
                entry.kind().name().toLowerCase(Locale.ROOT),
                entry.label(),
                entry.acting().correlationId(),
                (now - sinceNanos) / 1_000_000,
                overdue < 0 ? Optional.empty() : Optional.of(overdue / 1_000_000),
                stack);
    }
}
