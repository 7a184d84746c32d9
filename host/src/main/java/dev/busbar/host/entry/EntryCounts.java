package dev.busbar.host.entry;

import dev.busbar.host.pipeline.Meters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts the entries into the code of one generation, by kind and outcome. Thread-safe. */
final class EntryCounts {
    private final Meters meters;
    private final String platform;
    private final List<Cell> cells = Arrays.stream(Entry.Kind.values())
            .flatMap(kind -> Arrays.stream(Outcome.values()).map(outcome -> new Cell(kind, outcome)))
            .toList();

    /** The end of an entry. */
    enum Outcome {
        /** The code returned. */
        RETURNED,
        /** The code threw. */
        THREW,
        /** The gate was closed, so that the code was not entered. */
        REFUSED
    }

    /** A counter that is registered at its first use, so that a kind that never occurs has no time series. */
    private final class Cell {
        private final Entry.Kind kind;
        private final Outcome outcome;
        private volatile Meters.@Nullable Count count;

        Cell(Entry.Kind kind, Outcome outcome) {
            this.kind = kind;
            this.outcome = outcome;
        }

        void increment() {
            Meters.Count now = count;
            if (now == null) {
                now = meters.count(
                        "busbar.entries",
                        "Entries into the code of a platform that have ended",
                        "platform",
                        platform,
                        "kind",
                        kind.name().toLowerCase(Locale.ROOT),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT));
                count = now;
            }
            now.increment();
        }
    }

    EntryCounts(Meters meters, String platform) {
        this.meters = meters;
        this.platform = platform;
    }

    void ended(Entry.Kind kind, Outcome outcome) {
        for (Cell cell : cells) {
            if (cell.kind == kind && cell.outcome == outcome) {
                cell.increment();
                return;
            }
        }
    }
}
